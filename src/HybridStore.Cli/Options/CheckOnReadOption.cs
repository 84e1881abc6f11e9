using System.CommandLine;

namespace HybridStore.Cli.Options;

/// <summary><c>--check-on-read</c>: for those who want every answer sure.</summary>
internal static class CheckOnReadOption
{
    internal static Option<bool> Create() => new("--check-on-read") { Description = "Compare each file with its checksum before it is read; exit code 4 when one was changed" };
}
