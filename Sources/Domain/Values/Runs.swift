extension Sequence<Int> {
  /// Ascending numbers as runs of those that follow each other, none longer than so many.
  public func runs(longest: Int = .max) -> [ClosedRange<Int>] {
    reduce(into: []) { runs, number in
      if let last = runs.last, last.upperBound + 1 == number, last.count < longest {
        runs[runs.count - 1] = last.lowerBound...number
      } else {
        runs.append(number...number)
      }
    }
  }
}
