internal import Glibc

extension Metrics {
    /// Adds what Prometheus's own client libraries tell of a process, under the names that dashboards expect.
    public func addProcess() {
        gauge("process_resident_memory_bytes", "Resident memory size in bytes.") { ProcessStatistics.memory(page: 1) }
        gauge("process_virtual_memory_bytes", "Virtual memory size in bytes.") { ProcessStatistics.memory(page: 0) }
        gauge("process_open_fds", "Number of open file descriptors.") { ProcessStatistics.openDescriptors() }
        gauge("process_max_fds", "Maximum number of open file descriptors.") { ProcessStatistics.mostDescriptors() }
        counter("process_cpu_seconds_total", "Total user and system CPU time spent in seconds.") {
            ProcessStatistics.cpuSeconds()
        }
        let start = ProcessStatistics.startTime()
        gauge("process_start_time_seconds", "Start time of the process since the unix epoch in seconds.") { start }
    }
}

/// What Linux knows of this process; proc(5) has the fields.
enum ProcessStatistics {
    /// - Parameter page: the field of /proc/self/statm: 0 all, 1 resident.
    static func memory(page field: Int) -> Double? {
        guard let statm = file("/proc/self/statm") else { return nil }
        let fields = statm.split(separator: " ")
        guard fields.count > field, let pages = Double(fields[field]) else { return nil }
        return pages * Double(sysconf(Int32(_SC_PAGESIZE)))
    }

    static func openDescriptors() -> Double? {
        guard let directory = opendir("/proc/self/fd") else { return nil }
        defer { closedir(directory) }
        var count = 0
        while readdir(directory) != nil { count += 1 }
        return Double(count - 3)  // ".", ".." and the directory itself
    }

    static func mostDescriptors() -> Double? {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return nil }
        return Double(limit.rlim_cur)
    }

    static func cpuSeconds() -> Double? {
        var spent = timespec()
        guard clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &spent) == 0 else { return nil }
        return Double(spent.tv_sec) + Double(spent.tv_nsec) / 1e9
    }

    /// The boot's date plus the ticks from boot to start: field 22 of /proc/self/stat, counted behind the command's name,
    /// which may contain anything.
    static func startTime() -> Double? {
        guard let stat = file("/proc/self/stat"), let name = stat.lastIndex(of: ")") else { return nil }
        let fields = stat[stat.index(after: name)...].split(separator: " ")
        guard fields.count > 19, let ticks = Double(fields[19]) else { return nil }
        var sinceBoot = timespec()
        clock_gettime(CLOCK_BOOTTIME, &sinceBoot)
        let boot = Double(WallClock.now()) / 1000 - Double(sinceBoot.tv_sec) - Double(sinceBoot.tv_nsec) / 1e9
        return boot + ticks / Double(sysconf(Int32(_SC_CLK_TCK)))
    }

    private static func file(_ path: String) -> String? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        return withUnsafeTemporaryAllocation(byteCount: 4096, alignment: 1) { buffer in
            let count = read(descriptor, buffer.baseAddress, buffer.count)
            guard count > 0 else { return nil }
            return String(decoding: buffer[..<count], as: UTF8.self)
        }
    }
}
