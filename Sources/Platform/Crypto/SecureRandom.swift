internal import COpenSSL

/// Random bytes fit for keys and tokens, from OpenSSL's generator, which the kernel seeds.
public enum SecureRandom {
    /// Stops the process when the generator fails: a node without randomness must not make keys.
    public static func bytes(_ count: Int) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: count) { buffer, initialised in
            fill(UnsafeMutableBufferPointer(rebasing: buffer[..<count]))
            initialised = count
        }
    }

    static func fill(_ buffer: UnsafeMutableBufferPointer<UInt8>) {
        guard !buffer.isEmpty else { return }
        precondition(RAND_bytes(buffer.baseAddress, Int32(buffer.count)) == 1, "the random generator failed")
    }
}
