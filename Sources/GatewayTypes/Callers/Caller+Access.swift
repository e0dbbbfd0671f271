extension Caller {
    /// Whether this caller's token may use the model of that name; a pattern `prefix*` covers every name that begins so.
    public func mayUse(_ model: String) -> Bool {
        models.isEmpty
            || models.contains { pattern in
                pattern.hasSuffix("*") ? model.hasPrefix(pattern.dropLast()) : model == pattern
            }
    }

    /// Whether this caller's token may come from `address`.
    public func mayComeFrom(_ address: String) -> Bool {
        allowedAddresses.isEmpty || allowedAddresses.contains { AddressBlock($0)?.contains(address) ?? false }
    }
}
