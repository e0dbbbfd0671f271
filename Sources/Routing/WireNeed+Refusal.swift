internal import GatewayTypes

extension WireNeed {
    /// The error where no model behind `name` speaks the wire format.
    func refusal(of name: String) -> GatewayError {
        .malformedRequest(
            message:
                "Unsupported parameter: '\(field)' works only where the provider itself keeps or runs what it refers "
                + "to, and no provider behind '\(name)' speaks the wire format '\(wire.rawValue)'. Leave '\(field)' out "
                + "and send everything the model needs in the request.",
            parameter: field, code: "unsupported_parameter")
    }
}
