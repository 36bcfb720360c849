import Crypto
import Domain
import HTTPTypes
import Hummingbird
import NIOCore
import Operations
import Synchronization

/// What was typed into a form so far: a photo that is refused takes no word along.
final class TypedFields: Sendable {
  private let fields = Mutex<[String: String]>([:])
  var all: [String: String] { fields.withLock { $0 } }
  subscript(name: String) -> String? {
    get { fields.withLock { $0[name] } }
    set { fields.withLock { $0[name] = newValue } }
  }
}

/// What a stranger's form sent: a few fields, and photos that are looked into before they are kept.
struct OutsideForm: Sendable {
  private(set) var values: [String: String] = [:]
  /// A photo by its content; no file where it came once more.
  struct Photo: Sendable {
    let sha256: String
    let file: UploadedFile?
  }

  private(set) var sent: [Photo] = []
  var photos: [UploadedFile] { sent.compactMap(\.file) }
  /// Says whether the same form came twice: fields and photos by their content.
  var bodyHash: String {
    let fields = values.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" } + sent.map(\.sha256)
    return SHA256.hash(data: Array(fields.joined(separator: "\n").utf8)).hexadecimal
  }

  static let photosAtOnce = 3

  subscript(name: String) -> String { values[name] ?? "" }

  /// - Parameters:
  ///   - names: the fields there may be; any other refuses the form.
  ///   - wasTaken: whether the photo of this place came before under the form's key: then it is not stored again, and uses up nothing.
  /// - Throws: ``UploadRefusal``, ``LinkRefusal``, ``WebRefusal``.
  init(
    _ request: Request, _ names: Set<String>, typed: TypedFields, into files: FileOperations, by actor: Actor,
    wasTaken: @escaping @Sendable (_ key: String, _ place: Int) async throws -> Bool
  ) async throws {
    let type = request.headers[.contentType] ?? ""
    guard type.lowercased().hasPrefix("multipart/form-data") else {
      for (name, value) in try await PageForm(request).values where names.contains(name) && !value.isEmpty { typed[name] = value }
      values = typed.all
      return
    }
    let most = files.fileBytes * Self.photosAtOnce + FileBody.formOverhead, length = FileBody.length(of: request)
    if let length, length > most { throw UploadRefusal.tooLarge(files.fileBytes) }
    let seconds = FileBody.seconds(for: length ?? most)
    sent = try await Deadline.within(seconds, else: UploadRefusal.tooSlow(seconds)) {
      try await Self.read(request, type, names, typed, into: files, by: actor, wasTaken)
    }
    values = typed.all
  }

  private static func read(
    _ request: Request, _ type: String, _ names: Set<String>, _ typed: TypedFields, into files: FileOperations, by actor: Actor,
    _ wasTaken: (String, Int) async throws -> Bool
  ) async throws -> [Photo] {
    var pieces = BodyPieces(request), photos: [Photo] = []
    guard var reader = MultipartReader(contentType: type, { try await pieces.next() }) else { throw UploadRefusal.form }
    do {
      while let part = try await reader.next() {
        guard let fileName = part.fileName else {
          let value = try await reader.text()
          guard names.contains(part.name), typed[part.name] == nil else { throw UploadRefusal.form }
          if !value.isEmpty { typed[part.name] = value }
          continue
        }
        // A file that was not chosen comes as an empty part.
        guard let first = try await reader.bytes() else { continue }
        guard photos.count < photosAtOnce else { throw LinkRefusal.photosEnough(photosAtOnce) }
        if let key = typed["key"], try await wasTaken(key, photos.count) {
          var hash = SHA256()
          hash.update(data: first)
          while let bytes = try await reader.bytes() { hash.update(data: bytes) }
          photos.append(Photo(sha256: hash.finalize().hexadecimal, file: nil))
          continue
        }
        let incoming = try await files.begin(size: nil, by: actor)
        do {
          try await incoming.write(first)
          while let bytes = try await reader.bytes() { try await incoming.write(bytes) }
        } catch {
          await incoming.discard()
          throw error
        }
        let file = try await files.finish(incoming, name: fileName, by: actor)
        photos.append(Photo(sha256: file.sha256, file: file))
      }
    } catch is MultipartReader.Broken { throw UploadRefusal.form }
    return photos
  }
}
