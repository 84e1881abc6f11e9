namespace HybridStore.Cli.Prompt;

/// <summary>The prompt's own commands: their names, what they do, and how their words are completed.</summary>
internal static class DotCommands
{
    /// <summary>Formats that a screen can show.</summary>
    internal static readonly string[] Modes = ["table", "csv", "json", "ndjson", "markdown"];

    /// <summary>Usage and meaning.</summary>
    internal static readonly (string Usage, string Summary)[] All =
    [
        (".help", "this list"),
        (".macros [NAME]", "the time-series functions, or one of them with its example"),
        (".mode FORMAT", "how results are shown: table, csv, json, ndjson or markdown"),
        (".output FILE", "write the next result to a file: .csv, .json, .ndjson, .md, .parquet or .arrow"),
        (".param [NAME=VALUE]", "set a value for $NAME in statements; alone: list them"),
        (".quit", "leave (so does Ctrl-D)"),
        (".read FILE", "run the statements of a file"),
        (".refresh", "see what was ingested since the session began"),
        (".rows N", "show at most so many rows of a table"),
        (".schema [DATASET]", "columns, types, layout"),
        (".tables", "the datasets"),
        (".timer on|off", "whether the time is shown"),
    ];

    /// <summary>The names alone.</summary>
    internal static IEnumerable<string> Names => All.Select(command => command.Usage.Split(' ')[0]);

    internal static Completion Complete(string text, int cursor, IReadOnlyList<string> tables)
    {
        var begin = text.Length - text.TrimStart().Length;
        var words = text[begin..cursor].Split(' ');
        var start = cursor - words[^1].Length;
        if (words.Length > 2) return Completion.None(cursor);
        IEnumerable<string> candidates = words.Length == 1
            ? Names
            : words[0] switch
            {
                ".schema" => tables,
                ".mode" => Modes,
                ".timer" => ["off", "on"],
                ".macros" => Query.QueryMacro.All.Select(macro => macro.Name),
                _ => [],
            };
        return new Completion(start, [.. candidates.Where(candidate => candidate.StartsWith(words[^1], StringComparison.OrdinalIgnoreCase)).Order(StringComparer.Ordinal)]);
    }
}
