using System.CommandLine;

namespace HybridStore.Cli.Options;

/// <summary>The options of <c>hybrid sql</c>.</summary>
internal sealed class SqlOptions
{
    internal Argument<string?> Query { get; } = new("QUERY") { Description = "One SELECT, FROM, WITH, PIVOT, DESCRIBE, SHOW, SUMMARIZE or EXPLAIN statement; datasets are tables. None: a prompt, or statements on stdin", Arity = ArgumentArity.ZeroOrOne };

    internal Option<string?> File { get; } = new("--file", "-f") { Description = "Read the statements from a file; - is stdin", HelpName = "FILE" };

    internal Option<string?> Output { get; } = ChoiceOption.Create("--output", null, "Default: by the name of FILE, else table", "table", "csv", "json", "ndjson", "markdown", "parquet", "arrow");

    internal Option<string?> OutputFile { get; } = new("-o", "--output-file") { Description = "Write the result to a file, which appears when it is complete", HelpName = "FILE" };

    internal Option<string[]> Parameters { get; } = new("--param") { Description = "A value for $name in the statement; may be repeated", HelpName = "name=VALUE", AllowMultipleArgumentsPerToken = false };

    internal Option<string?> Timeout { get; } = new("--timeout") { Description = "Stop the statement after so long, such as 30s or 5m", HelpName = "TIME" };

    internal Option<string?> Memory { get; } = new("--memory") { Description = "Memory for the statement, such as 2GB. Default: four fifths of the machine's", HelpName = "SIZE" };

    internal Option<int?> Threads { get; } = new("--threads") { Description = "Threads. Default: one a core", HelpName = "N" };

    internal Option<bool> CheckOnRead { get; } = CheckOnReadOption.Create();

    internal Option<bool> Macros { get; } = new("--macros") { Description = "List the time-series functions: bars, vwap, twap, resample, bbo, nbbo, as-of joins, gaps ..." };

    internal void AddTo(Command command)
    {
        command.Arguments.Add(Query);
        foreach (var option in (Option[])[File, Output, OutputFile, Parameters, Timeout, Memory, Threads, CheckOnRead, Macros]) command.Options.Add(option);
    }

    /// <summary>The values for the statement's parameters, as texts: DuckDB casts them to what they are compared with.</summary>
    /// <exception cref="StoreException">Usage: one is not name=VALUE.</exception>
    internal Dictionary<string, object?> ReadParameters(ParseResult parsed)
    {
        var values = new Dictionary<string, object?>(StringComparer.OrdinalIgnoreCase);
        foreach (var text in parsed.GetValue(Parameters) ?? [])
        {
            var (name, value) = ReadParameter("--param", text);
            values[name] = value;
        }

        return values;
    }

    /// <summary>One parameter's name and value.</summary>
    /// <exception cref="StoreException">Usage: it is not name=VALUE.</exception>
    internal static (string Name, string Value) ReadParameter(string option, string text)
    {
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        if (equals < 1) throw new StoreException(StoreErrorKind.Usage, $"{option}: expected name=VALUE, found '{text}'.");
        return (text[..equals].TrimStart('$'), text[(equals + 1)..]);
    }
}
