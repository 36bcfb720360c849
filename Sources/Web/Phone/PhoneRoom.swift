import Domain
import HTTPTypes
import HummingbirdCore
import Operations

/// The engineer's screens (FLT-1..4): the day, one job, what has not been sent.
extension PageRoom {
  static let phone = PageRoom(
    templates: [
      ("phone-frame", PackageResources.phone_frame_mustache), ("phone-day", PackageResources.phone_day_mustache),
      ("phone-job", PackageResources.phone_job_mustache), ("phone-step", PackageResources.phone_step_mustache),
      ("phone-card", PackageResources.phone_card_mustache), ("phone-dock", PackageResources.phone_dock_mustache),
      ("phone-menu", PackageResources.phone_menu_mustache), ("phone-unsent", PackageResources.phone_unsent_mustache),
      ("devices", PackageResources.devices_mustache),
    ],
    assets: [
      "phone.css": .style(PackageResources.phone_css), "phone.js": .script(PackageResources.phone_js),
      "phone-queue.js": .script(PackageResources.phone_queue_js), "phone-send.js": .script(PackageResources.phone_send_js),
      "phone-photos.js": .script(PackageResources.phone_photos_js), "phone-unsent.js": .script(PackageResources.phone_unsent_js),
      "phone-file.js": .script(PackageResources.phone_file_js), "phone-leave.js": .script(PackageResources.phone_leave_js),
      "phone-worker.js": .script(PackageResources.phone_worker_js),
    ], zh: phoneZh, en: phoneEn)
}

extension PageRoutes {
  var phoneRoutes: [Route] {
    [
      signedIn(.get, "/my-day", .right(.workOrderStep), myDayPage),
      signedIn(.get, "/my-day/unsent", .right(.workOrderStep), unsentPage),
      // Neither says anything of anybody; browsers ask for them without a sign-in too.
      Route(method: .get, path: "/my-day/worker.js", access: .open) { _, _ in PhoneWorker.answer },
      Route(method: .get, path: "/my-day/app.webmanifest", access: .open) { _, context in PhoneWorker.manifest(context.language) },
      signedIn(.get, "/my-day/{id}", .right(.workOrderStep), jobPage),
      signedIn(.post, "/my-day/{id}/photos", .right(.requestAttach), attachPhoto),
      signedIn(.post, "/my-day/{id}/{step}", .right(.workOrderStep), takeJobStep),
      signedIn(.get, "/devices", .right(.requestDispatch), devicesPage),
      signedIn(.post, "/devices/{id}/forget", .right(.requestDispatch), forgetDevice),
    ]
  }
}

extension WebServices {
  var myDay: MyDayOperations { MyDayOperations(beside: requests) }
  var devices: DeviceOperations { DeviceOperations(beside: requests) }

  var phoneEndpoints: [Endpoint] {
    let myDay = myDay, devices = devices, attachments = attachments
    var report = Endpoint(
      method: .post, path: "/api/v1/devices/{id}", summary: "A phone says how much of its work is unsent", tag: "devices",
      access: .right(.workOrderStep), input: DeviceOperations.reportShape, answer: "DeviceAnswer"
    ) { .json(try await devices.report($0.input, of: $0.parameter("id"), by: $0.actor)) }
    // Said anew each minute: the newest word counts.
    report.keepsAnswers = false
    var expect = Endpoint(
      method: .post, path: "/api/v1/requests/{id}/expected-files", summary: "Announce files that a phone will send (FLT-4)", tag: "files",
      access: .right(.requestAttach), input: AttachmentOperations.expectShape, answer: "ExpectedFiles"
    ) { incoming in
      let count = try await attachments.expect(incoming.input, of: incoming.parameter("id"), by: incoming.actor)
      return .json(#"{"missing":\#(count)}"#)
    }
    expect.keepsAnswers = false
    return [
      Endpoint(
        method: .get, path: "/api/v1/my-day", summary: "The engineer's day: own jobs with all that is needed without a network",
        tag: "work-orders", access: .right(.workOrderStep), answer: "MyDay"
      ) { .json(try await myDay.day(by: $0.actor)) },
      report, expect,
      Endpoint(
        method: .get, path: "/api/v1/devices", summary: "Phones in use, the longest silent first", tag: "devices",
        access: .right(.requestDispatch), query: .page, answer: "DeviceList"
      ) { .json(try await devices.list(after: $0.cursor, limit: $0.limit, by: $0.actor)) },
      Endpoint(
        method: .post, path: "/api/v1/devices/{id}/forget", summary: "Have a phone forget all that it holds, at its next contact",
        tag: "devices", access: .right(.requestDispatch), input: .nothing, success: .noContent, answer: "Nothing"
      ) { incoming in
        try await devices.forget(incoming.parameter("id"), by: incoming.actor)
        return Reply(status: .noContent, body: .init())
      },
    ]
  }
}
