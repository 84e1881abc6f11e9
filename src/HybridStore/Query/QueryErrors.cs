using System.Text;
using System.Text.Json;
using HybridStore.Lake.Foreign;
using HybridStore.Native.DuckDb;
using HybridStore.Native.Posix;

namespace HybridStore.Query;

/// <summary>Makes one clear sentence of what DuckDB says about a statement.</summary>
internal static class QueryErrors
{
    private const int SnippetCharactersMax = 40;

    /// <summary>What a caller should be told.</summary>
    /// <param name="exception">DuckDB's, with the setting errors_as_json.</param>
    /// <param name="sql">The statement.</param>
    /// <param name="datasets">The names that there are.</param>
    internal static Exception Translate(DuckDbException exception, string sql, IReadOnlyCollection<string> datasets)
    {
        var error = Parse(exception);
        if (ForeignValueSql.MisfitOf(error.Message) is { } misfit) return new StoreException(StoreErrorKind.CorruptStore, $"{misfit}. {ForeignValueSql.Advice}", exception);
        var kind = error.Kind switch
        {
            "Out of Memory" => StoreErrorKind.Environment,
            "IO" when SystemFailure.IsIn(error.Message) && !IsMissingFile(error.Message) => StoreErrorKind.Environment,
            "IO" or "Serialization" => StoreErrorKind.CorruptStore,
            "Invalid Input" when error.Message.Contains(".parquet", StringComparison.Ordinal) => StoreErrorKind.CorruptStore,
            "INTERNAL" or "FATAL" => (StoreErrorKind?)null,
            _ => StoreErrorKind.Usage,
        };
        if (kind is null) return exception;
        var message = new StringBuilder(Sentence(error.Message));
        if (IsUnknownTable(error)) message.Clear().Append("There is no dataset '").Append(error.Name).Append("'. ").Append(Suggestion.For(error.Name!, datasets));
        message.Append(Advice(kind.Value, error));
        if (error.Position is { } position) message.Append(Place(sql, position));
        return new StoreException(kind.Value, message.ToString(), exception);
    }

    private static string Advice(StoreErrorKind kind, Error error) => kind switch
    {
        StoreErrorKind.CorruptStore when IsMissingFile(error.Message) =>
            " Another process may have replaced it just now: ask again. If that does not help, run 'hybrid verify'.",
        StoreErrorKind.CorruptStore => " Run 'hybrid verify' to check the store's files.",
        StoreErrorKind.Environment when error.Kind == "Out of Memory" => " Allow more with --memory, or ask for less at once.",
        StoreErrorKind.Environment when SystemFailure.Advice(error.Message) is { Length: > 0 } advice => " " + advice,
        _ => "",
    };

    /// <summary>Whether a file was not where it was said to be: it may have moved since.</summary>
    internal static bool IsMissingFile(StoreException exception) => exception.Kind == StoreErrorKind.CorruptStore && IsMissingFile(exception.Message);

    private static bool IsMissingFile(string message) =>
        message.Contains("No such file or directory", StringComparison.Ordinal) || message.Contains("No files found", StringComparison.Ordinal);

    /// <summary>Whether the statement names a table that is not there.</summary>
    internal static bool IsUnknownTable(DuckDbException exception) => IsUnknownTable(Parse(exception));

    private static bool IsUnknownTable(Error error) => error is { Kind: "Catalog", Subject: "Table", Name: not null };

    private sealed record Error(string Kind, string Message, string? Subject, string? Name, int? Position);

    private static Error Parse(DuckDbException exception)
    {
        var start = exception.Message.IndexOf('{', StringComparison.Ordinal);
        if (start < 0) return new Error(exception.Kind.ToString(), exception.Message, null, null, null);
        try
        {
            using var json = JsonDocument.Parse(exception.Message.AsMemory(start));
            var root = json.RootElement;
            return new Error(
                Text("exception_type") ?? "", Text("exception_message") ?? exception.Message, Text("type"), Text("name"),
                int.TryParse(Text("position"), out var position) ? position : null);

            string? Text(string name) => root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        }
        catch (JsonException)
        {
            return new Error(exception.Kind.ToString(), exception.Message, null, null, null);
        }
    }

    private static string Sentence(string message)
    {
        var lines = message.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Where(line => !line.StartsWith("LINE ", StringComparison.Ordinal));
        var text = string.Join(" ", lines);
        return text.EndsWith('.') || text.EndsWith('!') || text.EndsWith('?') ? text : text + ".";
    }

    /// <summary>Where in the statement, counted as an editor does.</summary>
    /// <param name="sql">The statement.</param>
    /// <param name="position">DuckDB's: bytes from the start.</param>
    private static string Place(string sql, int position)
    {
        var bytes = Encoding.UTF8.GetBytes(sql);
        var before = Encoding.UTF8.GetString(bytes, 0, Math.Clamp(position, 0, bytes.Length));
        var line = before.Count(character => character == '\n') + 1;
        var column = before.Length - (before.LastIndexOf('\n') + 1) + 1;
        var rest = sql[Math.Min(before.Length, sql.Length)..].Split('\n')[0].TrimEnd();
        if (rest.Length == 0) return $" (at the end of line {line})";
        var snippet = rest.Length > SnippetCharactersMax ? rest[..SnippetCharactersMax] + "..." : rest;
        return $" (line {line}, column {column}: {snippet})";
    }
}
