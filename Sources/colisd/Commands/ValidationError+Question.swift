import ArgumentParser
import Views

extension ValidationError {
  /// Runs the body; what is wrong with a question is wrong with the command line.
  static func of<T>(_ body: () throws(QuestionFault) -> T) throws(ValidationError) -> T {
    do throws(QuestionFault) {
      return try body()
    } catch {
      throw ValidationError("\(error)")
    }
  }
}
