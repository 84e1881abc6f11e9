using System.CommandLine;
using System.CommandLine.Parsing;

namespace HybridStore.Cli;

/// <summary>Notes in the store's log what each command did that may change the store or its hot tier.</summary>
internal static class CommandLog
{
    /// <summary>Commands that only look.</summary>
    private static readonly HashSet<string> Looking =
        ["hybrid", "sql", "status", "log", "ddl", "version", "show", "list", "url", "psql", "coverage", "doctor", "completions", "export"];

    /// <summary>Whether a command may change the store or its hot tier, or only looks.</summary>
    internal static bool MayChangeStore(ParseResult parsed)
    {
        var names = Names(parsed);
        return !Looking.Contains(names[^1])
            && names is not (["rejects"] or ["verify"])
            && !parsed.Tokens.Any(token => token.Value is "--dry-run" or "--help" or "-h" or "-?");
    }

    /// <summary>Writes down how a command ended.</summary>
    /// <param name="parsed">The command.</param>
    /// <param name="store">Its store.</param>
    /// <param name="exitCode">What it returned.</param>
    /// <param name="error">What ended it, if an exception did.</param>
    /// <param name="seconds">How long it took.</param>
    internal static void Write(ParseResult parsed, string store, int exitCode, Exception? error, double seconds)
    {
        if (!MayChangeStore(parsed)) return;
        new StoreLog(new StorePaths(store), TimeProvider.System).Write("command", entry =>
        {
            entry.WriteString("command", string.Join(' ', Names(parsed)));
            entry.WriteNumber("exit_code", exitCode);
            entry.WriteNumber("seconds", Math.Round(seconds, 3));
            // A store's own messages name files, columns and rows; others may quote an address with a password in it.
            if (error is null) return;
            var isOwn = error is StoreException { Kind: not StoreErrorKind.Environment };
            entry.WriteString("error", isOwn ? error.Message : error.GetType().Name);
        });
    }

    private static List<string> Names(ParseResult parsed)
    {
        var names = new List<string>();
        for (var result = parsed.CommandResult; result is not null; result = result.Parent as CommandResult)
        {
            names.Insert(0, result.Command is RootCommand ? "hybrid" : result.Command.Name);
        }

        if (names.Count > 1) names.RemoveAt(0);
        return names;
    }
}
