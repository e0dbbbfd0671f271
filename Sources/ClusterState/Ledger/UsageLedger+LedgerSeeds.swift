internal import SQLDatabase

/// What limits count when Redis has lost its memory: requests of processes that are gone.
extension UsageLedger {
    /// Every owner with limits; those of whom there is nothing to tell among them.
    /// - Parameters:
    ///   - tiers: those of the configuration file.
    func ledgerSeeds(
        at time: Int64, without spoken: SpokenNodes, tiers: ConfiguredTiers
    ) async throws(SQLError) -> [LedgerSeed] {
        try await database.read { connection throws(SQLError) in
            let owners = try LimitedOwner.all(tiers, connection)
            var sums = SeedSums(time: time, spoken: spoken, dirty: try UsageHour.dirty(connection))
            for owner in owners { sums.want(owner) }
            try sums.read(connection)
            return owners.map { sums.seed(of: $0) }
        }
    }
}
