internal import HTTPTypes

/// The options of a server as its connections need them: with times counted in ticks.
struct ConnectionSettings {
    let limits: RequestParser.Limits
    let framingErrorBody: HTTPServerOptions.OwnAnswer
    let maximum: Int
    let tickLength: Duration
    let headerTicks, bodyTicks, keepAliveTicks, writeTicks, lingerTicks, firstTicks: Int

    init(_ options: HTTPServerOptions) {
        limits = RequestParser.Limits(headerBytes: options.maxHeaderBytes, bodyBytes: options.maxBodyBytes)
        framingErrorBody = options.framingErrorBody
        maximum = options.maxConnections
        let timeouts = [
            options.headerTimeout, options.bodyIdleTimeout, options.keepAliveTimeout, options.writeIdleTimeout,
        ]
        let length = max(min(timeouts.min()! / 8, .seconds(1)), .milliseconds(10))
        tickLength = length
        headerTicks = Self.ticks(options.headerTimeout, length)
        bodyTicks = Self.ticks(options.bodyIdleTimeout, length)
        keepAliveTicks = Self.ticks(options.keepAliveTimeout, length)
        writeTicks = Self.ticks(options.writeIdleTimeout, length)
        lingerTicks = Self.ticks(.seconds(5), length)
        firstTicks = Self.ticks(.seconds(1), length)
    }

    func ticks(_ timeout: Duration) -> Int { Self.ticks(timeout, tickLength) }

    private static func ticks(_ timeout: Duration, _ length: Duration) -> Int { Int((timeout / length).rounded(.up)) }
}
