import FuzzTargets
import Glibc
import HTTPTypes

@testable import HTTPServer

/// What libFuzzer calls with its inputs. The target is named by `SWITCHYARD_FUZZ_TARGET`.
private let target: FuzzTarget = {
    let name = getenv("SWITCHYARD_FUZZ_TARGET").map { String(cString: $0) } ?? ""
    guard let target = (FuzzTarget.all + [httpRequests]).first(where: { $0.name == name }) else {
        complain("SWITCHYARD_FUZZ_TARGET names no target; see Tests/Fuzz/README.md")
        exit(2)
    }
    return target
}()

/// The parser of HTTP/1.1 requests: the same verdict for any cut.
private let httpRequests = FuzzTarget(
    "http-request", texts: ["POST /v1/x?a=b HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc"]
) { bytes in
    func verdict(_ pieces: [ArraySlice<UInt8>]) -> String {
        var parser = RequestParser(limits: .init())
        for piece in pieces {
            let bytes = Array(piece)
            switch parser.feed(bytes.span) {
            case .needsMore: continue
            case .refused(let error): return "\(error)"
            case .head(let head, _): return "\(head.method.token) \(head.target) \(head.headers.count) \(head.body)"
            }
        }
        return "more"
    }
    let middle = bytes.count / 2
    let isSame = verdict([bytes[...]]) == verdict([bytes[..<middle], bytes[middle...]])
    return isSame ? nil : "the verdict depends on the cut"
}

private func complain(_ text: String) {
    let line = Array("\(text)\n".utf8)
    _ = write(2, line, line.count)
}

/// libFuzzer begins with files: the target's texts are put into the folder that `SWITCHYARD_FUZZ_SEEDS` names, before it looks.
@_cdecl("LLVMFuzzerInitialize")
public func begin(_ count: UnsafeMutablePointer<CInt>?, _ arguments: UnsafeMutableRawPointer?) -> CInt {
    guard let folder = getenv("SWITCHYARD_FUZZ_SEEDS").map({ String(cString: $0) }) else { return 0 }
    for (place, text) in target.texts.enumerated() {
        guard let file = fopen("\(folder)/text\(place)", "w") else { continue }
        fputs(text, file)
        fclose(file)
    }
    return 0
}

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    if let fault = target.run(Array(UnsafeBufferPointer(start: start, count: count))) {
        complain("\(target.name): \(fault)")
        abort()
    }
    return 0
}
