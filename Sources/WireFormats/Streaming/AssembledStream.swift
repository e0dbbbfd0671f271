internal import GatewayTypes
internal import JSON

/// A stream that came where a whole answer was asked for, read to its end: some providers stream whatever is asked.
struct AssembledStream {
    private(set) var events: [ModelEvent] = []
    private(set) var brokenEvents = 0

    /// - Throws: the error that the stream tells of; `badAnswer` for what is no stream either, or was cut.
    init<Reader: UpstreamStreamReader>(_ body: [UInt8], _ reader: Reader.Type) throws(UpstreamFailure) {
        var reader = Reader()
        var decoder = RecordDecoder(Reader.framing)
        var choices = OpenChoices()
        let records = try decoder.feed(body) + decoder.finish()
        for record in records {
            if let fault = record.fault { throw fault }
            if record.data.isEmpty { continue }
            guard let read = try reader.read(record) else {
                brokenEvents += 1
                continue
            }
            for event in read { choices.note(event) }
            events += read
        }
        guard !events.isEmpty else { throw .noAnswer("it is neither JSON nor a stream") }
        guard choices.areComplete else { throw .cutStream }
    }
}
