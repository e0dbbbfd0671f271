internal import Glibc
public import SQLDatabase
internal import Telemetry
internal import Threading

/// A MariaDB of the tests' own: data in a folder that goes with it, a free loopback port, a user with a password.
public final class MariaDBServer: Sendable {
    /// For all tests of this process; those that stop or freeze a server start their own.
    public static let shared: MariaDBServer = {
        do {
            let server = try MariaDBServer()
            try server.start()
            atexit { MariaDBServer.shared.end() }
            return server
        } catch {
            preconditionFailure("MariaDB: \(error) (deploy/packages test installs it)")
        }
    }()

    public static let user = "tester"
    public static let password = "p@ss/w:rd?#%"
    public let port: UInt16
    public let folder: String
    private let options: [String]
    private let running = Locked<ServerProcess?>(nil)

    /// Makes the data; `start()` runs it.
    public init(options: [String] = []) throws {
        var template = Array("/tmp/switchyard-mariadb-XXXXXX".utf8CString)
        folder = template.withUnsafeMutableBufferPointer { String(cString: mkdtemp($0.baseAddress!)) }
        port = LoopbackPort.free()
        self.options = options
        try ServerProcess.run(
            Self.installing + [
                "--user=\(Self.systemUser)", "--datadir=\(folder)/data",
                "--tmpdir=\(folder)",  // servers that share one take each other's temporary tables
            ], log: folder + "/install.log")
        let sql = """
            CREATE USER IF NOT EXISTS '\(Self.user)'@'%' IDENTIFIED BY '\(Self.password)';
            GRANT ALL ON *.* TO '\(Self.user)'@'%' WITH GRANT OPTION;
            ALTER USER 'root'@'localhost' IDENTIFIED BY '\(Self.password)';
            CREATE DATABASE IF NOT EXISTS spare;

            """
        let file = Glibc.open(folder + "/init.sql", O_WRONLY | O_CREAT, 0o600)
        _ = write(file, sql, sql.utf8.count)
        close(file)
    }

    /// MySQL in MariaDB's place, where this names the program: Debian's stable releases have none.
    private static let mysqld = getenv("SWITCHYARD_TEST_MYSQLD").map { String(cString: $0) }

    private static var program: [String] {
        guard let mysqld else { return ["/usr/sbin/mariadbd", "--no-defaults"] }
        return [mysqld, "--no-defaults", "--mysqlx=OFF", "--disable-log-bin", "--secure-file-priv=NULL"]
    }

    private static var installing: [String] {
        guard mysqld == nil else { return program.prefix(2) + ["--initialize-insecure"] }
        let options = ["--no-defaults", "--auth-root-authentication-method=normal", "--skip-test-db"]
        return ["mariadb-install-db"] + options
    }

    /// Returns when it answers.
    public func start() throws {
        let process = try ServerProcess(
            Self.program + [
                "--user=\(Self.systemUser)", "--datadir=\(folder)/data",
                "--tmpdir=\(folder)",
                "--socket=\(folder)/socket", "--pid-file=\(folder)/pid", "--init-file=\(folder)/init.sql",
                "--bind-address=127.0.0.1", "--port=\(port)", "--skip-name-resolve", "--performance-schema=OFF",
                "--innodb-buffer-pool-size=64M", "--innodb-flush-log-at-trx-commit=0", "--innodb-doublewrite=0",
                "--max-connections=500",
            ] + options, log: folder + "/server.log")
        running.withLock { $0 = process }
        for _ in 0..<600 {
            if isListening { return }
            usleep(50_000)
        }
        throw ServerProcess.Failure("MariaDB does not answer, see \(folder)/server.log")
    }

    public func stop() {
        let process = running.withLock { process in
            defer { process = nil }
            return process
        }
        process?.stop()
    }

    /// Stops it and removes its data.
    public func end() {
        stop()
        try? ServerProcess.run(["rm", "-rf", folder], log: "/dev/null")
    }

    /// From its return on, a server that takes connections and never answers.
    public func freeze() {
        let pid = pid
        kill(pid, SIGSTOP)
        while !Self.isStopped(pid) { usleep(1000) }
    }

    public func thaw() { kill(pid, SIGCONT) }

    /// Whether every thread is: they stop one after another.
    private static func isStopped(_ pid: pid_t) -> Bool {
        guard let tasks = opendir("/proc/\(pid)/task") else { return true }
        defer { closedir(tasks) }
        while let entry = readdir(tasks) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            guard name != ".", name != "..", let file = fopen("/proc/\(pid)/task/\(name)/stat", "r") else { continue }
            defer { fclose(file) }
            var line = [CChar](repeating: 0, count: 512)
            guard fgets(&line, 512, file) != nil else { continue }
            let text = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            // The state follows the name, which is in brackets.
            if let bracket = text.lastIndex(of: ")"), !text[bracket...].hasPrefix(") T") { return false }
        }
        return true
    }

    private var pid: pid_t {
        let file = Glibc.open(folder + "/pid", O_RDONLY)
        defer { close(file) }
        var bytes = [UInt8](repeating: 0, count: 20)
        let count = read(file, &bytes, 20)
        let digits = String(decoding: bytes.prefix(max(count, 0)), as: UTF8.self).filter(\.isNumber)
        return pid_t(digits) ?? 0
    }

    public func settings(database: String = "spare") -> MySQLSettings {
        MySQLSettings(
            host: "127.0.0.1", port: port, user: Self.user, password: Secret(Self.password), database: database)
    }

    private static var systemUser: String { getuid() == 0 ? "root" : String(getuid()) }

    private var isListening: Bool { Self.withSocket(port) { connect($0, $1, $2) == 0 } }

    private static func withSocket<Result>(
        _ port: UInt16, _ body: (Int32, UnsafePointer<sockaddr>, socklen_t) -> Result
    ) -> Result {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }
}
