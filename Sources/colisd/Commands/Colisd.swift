import ArgumentParser
import CMalloc
import Glibc
import Views

/// The program: words in, exit code out.
struct Colisd: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "colisd",
    abstract: "Drains a Colis Privé SFTP drop of tracking files into a per-parcel store.",
    discussion: """
      Without a subcommand colisd runs as the daemon. Results go to standard output, logs to \
      standard error. Exit codes: 0 done, 64 usage, 65 done but a file failed or lines were \
      rejected, 66 no such parcel, file, contract or endpoint, 69 server out of reach, 70 a bug, \
      74 local I/O, 75 another instance runs, 76 host key refused, 77 login or permission refused, \
      78 configuration.
      """,
    version: "colisd \(version)",
    subcommands: [
      RunCommand.self, InitCommand.self, CheckCommand.self, IngestCommand.self, ParcelCommand.self,
      ParcelsCommand.self, ExplainCommand.self, EventsCommand.self, FilesCommand.self,
      HeldCommand.self,
      RejectsCommand.self, ContractsCommand.self, LayoutCommand.self, MapCommand.self,
      RemapCommand.self, PruneCommand.self, EraseCommand.self, StatusCommand.self,
      ExportCommand.self, BackupCommand.self,
      StoreCommand.self, WebhooksCommand.self,
    ],
    defaultSubcommand: RunCommand.self)

  static let version = "0.1.0"

  /// Runs a command and ends with the exit code of `ExitStatus`.
  static func main() async {
    // Chunks and batches of a quarter of a megabyte pass from thread to thread. Left to itself glibc
    // keeps what each thread has freed; with a fixed threshold such blocks go back at once.
    mallopt(M_MMAP_THRESHOLD, 128 * 1024)
    mallopt(M_ARENA_MAX, 2)
    var running: (any ParsableCommand.Type)?
    do {
      var command = try parseAsRoot()
      running = type(of: command)
      if var command = command as? any AsyncParsableCommand {
        try await command.run()
      } else {
        try command.run()
      }
    } catch let error as ExitStatus {
      Glibc.exit(error.rawValue)
    } catch let code as ExitCode {
      // What was wrong is said already, and the usage would not help.
      Glibc.exit(code.rawValue)
    } catch let fault as FatalFault {
      Glibc.exit(ExitStatus(fault.error).rawValue)
    } catch let error as Stopped {
      StandardError.writeLine("colisd: \(error)")
      error.endProcess()
    } catch {
      if let text = CommandLineFault.text(of: error, by: running) {
        StandardError.writeLine(text)
        Glibc.exit(ExitCode.validationFailure.rawValue)
      }
      switch error {
      case is CleanExit, is ValidationError:
        exit(withError: error)
      default:
        // What the argument parser itself throws has a message and an exit code of its own.
        if exitCode(for: error) != .failure { exit(withError: error) }
        // Of the configuration each fault has a line of its own; no other error has more than one.
        let text = error is ConfigurationError ? "\(error)" : singleLine("\(error)")
        StandardError.writeLine("colisd: \(text)")
        Glibc.exit(ExitStatus(error).rawValue)
      }
    }
  }
}
