import CLinux
import Glibc

/// The bytes that go to a program and come from it, moved without ever waiting for one side only.
struct ProgramConversation {
  private let bytes: [UInt8]
  private var written = 0
  private var write: Int32?
  private var read: Int32?
  private var complaints: Int32?
  private let outputLimit: Int
  private let complaintLimit: Int
  private(set) var output: [UInt8] = []
  private(set) var complaint: [UInt8] = []

  init(bytes: [UInt8], write: Int32?, read: Int32?, complaints: Int32?, outputLimit: Int, complaintLimit: Int) {
    (self.bytes, self.write, self.read, self.complaints) = (bytes, write, read, complaints)
    (self.outputLimit, self.complaintLimit) = (outputLimit, complaintLimit)
    for end in [write, read, complaints] {
      guard let end else { continue }
      _ = fcntl(end, F_SETFL, O_NONBLOCK)
    }
  }

  var outputIsTooMuch: Bool { output.count > outputLimit }

  mutating func move(waitingMilliseconds: Int32, _ open: inout Descriptors) {
    var ends = [
      pollfd(fd: read ?? -1, events: Int16(POLLIN), revents: 0), pollfd(fd: complaints ?? -1, events: Int16(POLLIN), revents: 0),
      pollfd(fd: write ?? -1, events: Int16(POLLOUT), revents: 0),
    ]
    guard poll(&ends, nfds_t(ends.count), waitingMilliseconds) > 0 else { return }
    if ends[2].revents != 0, !send(), let end = write {
      open.close(end)
      write = nil
    }
    drain()
  }

  /// Takes what lies in the pipes; past its limit the output is not kept.
  mutating func drain() {
    if let end = read, !Self.take(from: end, into: &output, keeping: outputLimit + 1) { read = nil }
    if let end = complaints, !Self.take(from: end, into: &complaint, keeping: complaintLimit) { complaints = nil }
  }

  /// False when all is written, or nobody reads any more.
  private mutating func send() -> Bool {
    guard let end = write else { return false }
    let sent = bytes[written...].withUnsafeBytes { Glibc.write(end, $0.baseAddress, $0.count) }
    if sent < 0 { return errno == EAGAIN || errno == EINTR }
    written += sent
    return written < bytes.count
  }

  /// False at the end of the pipe. Not more than a few pieces at once, so that the time limit is seen.
  private static func take(from end: Int32, into kept: inout [UInt8], keeping limit: Int) -> Bool {
    var piece = [UInt8](repeating: 0, count: 65_536)
    for _ in 0..<16 {
      let count = Glibc.read(end, &piece, piece.count)
      if count == 0 { return false }
      if count < 0 { return errno == EAGAIN || errno == EINTR }
      kept += piece.prefix(min(count, limit - kept.count))
    }
    return true
  }
}

/// Descriptors that are closed once, whatever happens.
struct Descriptors {
  private var open: Set<Int32> = []

  mutating func pipe() throws -> (read: Int32, write: Int32) {
    var ends: [Int32] = [-1, -1]
    guard pipe2(&ends, O_CLOEXEC) == 0 else { throw DescriptorFault(errno: errno) }
    open.formUnion(ends)
    return (ends[0], ends[1])
  }

  mutating func file(_ path: String, _ flags: Int32) throws -> Int32 {
    let descriptor = Glibc.open(path, flags | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw DescriptorFault(errno: errno) }
    open.insert(descriptor)
    return descriptor
  }

  mutating func close(_ descriptor: Int32) {
    if open.remove(descriptor) != nil { _ = Glibc.close(descriptor) }
  }

  mutating func closeAll() { for descriptor in open { close(descriptor) } }
}

/// The system gave no descriptor: a fault, not a refusal.
struct DescriptorFault: Error {
  let errno: Int32
}
