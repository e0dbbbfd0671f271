internal import EventLoop
internal import GatewayTypes
internal import HTTPClient
internal import HTTPTypes
internal import Telemetry

/// The access tokens of service accounts, one store a loop: fetched when first needed, by one request for all that wait, and
/// renewed before they end, beside the requests.
actor GoogleTokens {
    nonisolated let loop: EventLoop
    private let client: HTTPClient
    private var entries: [String: Entry] = [:]
    private var waiterCount = 0

    nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    /// A key's token and what is under way for it.
    private struct Entry {
        var token: HeldToken?
        var isFetching = false
        var waiting: [Int: CheckedContinuation<Result<String, UpstreamFailure>, Never>] = [:]
    }

    /// How long a fetch may take: those that wait for it wait no longer.
    private static let fetchLimit = Duration.seconds(10)
    private static let mostKeys = 256

    init(on loop: EventLoop, client: HTTPClient) {
        self.loop = loop
        self.client = client
    }

    /// The token of a key: a service account's file, or an access token itself.
    func token(for key: CredentialKey) async throws(UpstreamFailure) -> String {
        let secret = key.reveal()
        guard secret.hasPrefix("{") else { return secret }
        if let held = entries[secret]?.token {
            switch held.state(at: .now) {
            case .fresh: return held.text
            case .ending:
                renew(secret)
                return held.text
            case .ended: entries[secret]?.token = nil
            }
        }
        waiterCount += 1
        let waiter = waiterCount
        let outcome = await withTaskCancellationHandler {
            await withCheckedContinuation { caller in
                entries[secret, default: Entry()].waiting[waiter] = caller
                renew(secret)
                if Task.isCancelled { leave(waiter, secret) }
            }
        } onCancel: {
            loop.execute { self.assumeIsolated { $0.leave(waiter, secret) } }
        }
        return try outcome.get()
    }

    /// A caller that is gone waits no longer; the fetch goes on for the others.
    private func leave(_ waiter: Int, _ secret: String) {
        let gone = UpstreamFailure(.cancelled, message: "The client left.")
        entries[secret]?.waiting.removeValue(forKey: waiter)?.resume(returning: .failure(gone))
    }

    /// Lets go of a token that was refused; the next request fetches another.
    func forget(_ key: CredentialKey) { entries[key.reveal()]?.token = nil }

    private func renew(_ secret: String) {
        guard entries[secret]?.isFetching != true else { return }
        if entries.count > Self.mostKeys { entries = entries.filter { $0.value.isFetching || $0.key == secret } }
        entries[secret, default: Entry()].isFetching = true
        // Of no one request's task: whoever asked first may leave while others wait.
        Task(executorPreference: loop) { await self.fetch(secret) }
    }

    private func fetch(_ secret: String) async {
        let outcome: Result<String, UpstreamFailure>
        do throws(UpstreamFailure) {
            let token = HeldToken(try await ask(secret), at: .now)
            entries[secret]?.token = token
            outcome = .success(token.text)
        } catch {
            // A renewal that failed is tried again by the next request; the old token counts on until it ends.
            outcome = .failure(error)
        }
        let waiting = entries[secret]?.waiting ?? [:]
        entries[secret]?.waiting = [:]
        entries[secret]?.isFetching = false
        for caller in waiting.values { caller.resume(returning: outcome) }
    }

    private func ask(_ secret: String) async throws(UpstreamFailure) -> GoogleTokenAnswer.Token {
        let account: GoogleServiceAccount
        let assertion: String
        do throws(GoogleServiceAccount.Fault) {
            account = try GoogleServiceAccount(secret)
            assertion = try account.assertion(at: WallClock.now() / 1000)
        } catch {
            throw UpstreamFailure(.authentication, message: "The key of this provider \(error.text).")
        }
        let form = "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion=\(assertion)"
        let request = HTTPClientRequest(
            method: .post, url: account.tokenURI, headers: ["content-type": "application/x-www-form-urlencoded"],
            body: Array(form.utf8), connectTimeout: Self.fetchLimit, totalTimeout: Self.fetchLimit,
            survivesStaleConnection: true)
        let (status, body) = try await send(request)
        return try GoogleTokenAnswer.read(status: status, body: body)
    }

    private func send(_ request: HTTPClientRequest) async throws(UpstreamFailure) -> (Int, [UInt8]) {
        do throws(HTTPClientError) {
            let answer = try await client.send(request)
            return (answer.status, try await answer.body.collect(upTo: 65_536))
        } catch {
            var failure = UpstreamFailure(error)
            failure.message = "Google's token service could not be asked: \(error.text)."
            throw failure
        }
    }
}
