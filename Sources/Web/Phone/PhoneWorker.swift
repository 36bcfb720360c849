import HTTPTypes
import Hummingbird
import NIOCore
import Operations

/// What a browser needs to keep the day on the phone: the service worker and the manifest.
enum PhoneWorker {
  /// Asked for anew at each start, so that a new version of it is taken up; what it loads changes its address with its content.
  static let answer: Response = {
    let asset = PageAsset.all["phone-worker.js"]
    return Response(
      status: .ok,
      headers: [
        .contentType: asset?.contentType ?? "text/javascript", .cacheControl: "no-cache",
        HTTPField.Name("Service-Worker-Allowed")!: "/my-day",  // a name of letters and dashes
      ], body: .init(byteBuffer: ByteBuffer(bytes: asset?.bytes ?? [])))
  }()

  /// Installable: the day opens like an app, without the browser's bars.
  static func manifest(_ language: Language) -> Response {
    let catalogue = Catalogue.of(language), name = catalogue.text("product") ?? "weibao"
    let json: JSON = [
      "name": .text("\(name) · \(catalogue.text("nav.day") ?? "")"), "short_name": .text(name), "lang": .text(language.tag),
      "start_url": "/my-day", "scope": "/my-day", "id": "/my-day", "display": "standalone", "orientation": "portrait",
      "background_color": "#f4f4f1", "theme_color": "#f4f4f1",
      "icons": [["src": .text(PageAsset.address("mark.svg")), "sizes": "any", "type": "image/svg+xml", "purpose": "any"]],
    ]
    return Response(
      status: .ok, headers: [.contentType: "application/manifest+json", .cacheControl: "no-cache", .vary: "Cookie, Accept-Language"],
      body: .init(byteBuffer: ByteBuffer(string: json.text)))
  }
}
