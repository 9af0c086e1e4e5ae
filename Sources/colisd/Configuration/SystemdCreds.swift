import Foundation

/// systemd's tool that encrypts credentials for this machine.
enum SystemdCreds {
  private static let tool = "systemd-creds"

  static var isInstalled: Bool { path != nil }

  private static var path: String? {
    (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
      .map { "\($0)/\(tool)" }.first { access($0, X_OK) == 0 }
  }

  /// Longer secrets would not fit into a pipe that nobody reads yet.
  static let longestSecret = 4_096

  /// - Parameter target: the path that messages name.
  static func encrypt(
    _ secret: String, name: String, to file: String, for target: String
  ) throws(ConfigurationError) {
    func failure(_ sentence: String) -> ConfigurationError {
      ConfigurationError([ConfigurationProblem(file: target, place: nil, sentence: sentence)])
    }
    guard let path else {
      throw failure(
        "\(tool) is not on PATH; it comes with systemd 250. Without --systemd-creds the secret goes to "
          + "a file")
    }
    let (status, words) = run(path, ["encrypt", "--name=\(name)", "-", file], input: secret)
    guard status == 0 else {
      let said = words.split(whereSeparator: \.isNewline).joined(separator: "; ")
      throw failure(
        "\(tool) could not encrypt the secret\(said.isEmpty ? " (status \(status))" : ": \(said)")")
    }
    chmod(file, 0o600)
    guard NewFile.sync(file) else { throw failure("\(tool) has left no file that can be kept") }
  }

  /// Runs a program to its end.
  /// - Returns: how it ended, and what it said.
  private static func run(
    _ program: String, _ arguments: [String], input: String
  ) -> (status: Int32, words: String) {
    let (secret, words) = (Pipe(), Pipe())
    // All of it fits, and the reading end is open here, so this neither waits nor raises SIGPIPE.
    try? secret.fileHandleForWriting.write(contentsOf: Data(input.utf8))
    try? secret.fileHandleForWriting.close()

    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    let said = words.fileHandleForWriting.fileDescriptor
    posix_spawn_file_actions_adddup2(&actions, secret.fileHandleForReading.fileDescriptor, 0)
    for output: Int32 in [1, 2] { posix_spawn_file_actions_adddup2(&actions, said, output) }
    for pipe in [secret.fileHandleForReading, words.fileHandleForReading] {
      posix_spawn_file_actions_addclose(&actions, pipe.fileDescriptor)
    }
    posix_spawn_file_actions_addclose(&actions, said)

    let argv = ([program] + arguments).map { strdup($0) } + [nil]
    let variables = ProcessInfo.processInfo.environment.map { strdup("\($0)=\($1)") } + [nil]
    defer { for pointer in argv + variables { free(pointer) } }
    // This is a thread of the pool, and those block all signals; Ctrl-C is to end the child as well.
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
    var child = pid_t()
    let code = posix_spawn(&child, program, &actions, &attributes, argv, variables)
    try? words.fileHandleForWriting.close()
    guard code == 0 else { return (-1, String(cString: strerror(code))) }
    let text = (try? words.fileHandleForReading.readToEnd()) ?? nil
    var status: Int32 = 0
    while waitpid(child, &status, 0) < 0, errno == EINTR {}
    return (status, String(decoding: text ?? Data(), as: UTF8.self))
  }
}
