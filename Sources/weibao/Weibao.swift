import ArgumentParser

@main struct Weibao: AsyncParsableCommand {
  static let configuration = CommandConfiguration(abstract: "The after-sales desk.")
}
