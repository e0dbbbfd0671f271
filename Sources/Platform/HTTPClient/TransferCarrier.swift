/// What moves the bytes of one transfer: a libcurl handle or a call of our own transport. Used on the loop's thread only.
protocol TransferCarrier: AnyObject {
    /// It stopped reading because nobody takes what it has read.
    var isPaused: Bool { get }

    /// The reader has made room.
    func resume()

    /// Ends the transfer before the upstream does; `Transfer.finish` is called, perhaps before this returns.
    func end(_ error: HTTPClientError)

    /// The reader waits for something of its own in the body, until then.
    func expectMilestone(at moment: Moment?)
}
