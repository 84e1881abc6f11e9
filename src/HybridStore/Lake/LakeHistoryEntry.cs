using System.Globalization;
using System.Text.Json;

namespace HybridStore.Lake;

/// <summary>One version in the history of a table.</summary>
public sealed record LakeHistoryEntry
{
    /// <summary>The version.</summary>
    public required long Version { get; init; }

    /// <summary>When it was committed, by the writer's clock; null when the writer did not say.</summary>
    public DateTimeOffset? Time { get; init; }

    /// <summary>What was done, such as <c>ingest</c>.</summary>
    public string Operation { get; init; } = "";

    /// <summary>The program, such as <c>hybrid/0.1.0</c>.</summary>
    public string Engine { get; init; } = "";

    /// <summary>Data files that came.</summary>
    public required int FilesAdded { get; init; }

    /// <summary>Data files that went.</summary>
    public required int FilesRemoved { get; init; }

    /// <summary>Rows in the files that came.</summary>
    public required long RowsAdded { get; init; }

    /// <summary>What the writer said of its work; null when another program wrote the version.</summary>
    public CommitDetails? Details { get; init; }

    internal static LakeHistoryEntry From(DeltaCommit commit)
    {
        var entry = new LakeHistoryEntry
        {
            Version = commit.Version,
            FilesAdded = commit.Adds.Count,
            FilesRemoved = commit.Removes.Count,
            RowsAdded = commit.Adds.Sum(add => add.RowCount ?? 0),
        };
        if (commit.Info is null) return entry;
        using var info = JsonDocument.Parse(commit.Info);
        var root = info.RootElement;
        return entry with
        {
            Time = root.TryGetProperty("timestamp", out var time) && time.TryGetInt64(out var milliseconds) ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds) : null,
            Operation = Text(root, "operation"),
            Engine = Text(root, "engineInfo"),
            Details = root.TryGetProperty("hybrid", out var hybrid) && hybrid.TryGetProperty("rowsRead", out _) ? ReadDetails(root, hybrid) : null,
        };
    }

    private static CommitDetails ReadDetails(JsonElement root, JsonElement hybrid) => new()
    {
        Sources = [.. hybrid.GetProperty("sources").EnumerateArray().Select(source => source.GetString()!)],
        RowsRead = hybrid.GetProperty("rowsRead").GetInt64(),
        RowsStored = hybrid.GetProperty("rowsStored").GetInt64(),
        RowsRejected = hybrid.GetProperty("rowsRejected").GetInt64(),
        RowsDeduplicated = hybrid.GetProperty("rowsDeduplicated").GetInt64(),
        RowsFiltered = hybrid.GetProperty("rowsFiltered").GetInt64(),
        Seconds = hybrid.GetProperty("seconds").GetDouble(),
        Parameters = root.TryGetProperty("operationParameters", out var parameters)
            ? parameters.EnumerateObject().ToDictionary(entry => entry.Name, entry => entry.Value.ToString(), StringComparer.Ordinal)
            : [],
    };

    private static string Text(JsonElement root, string name) => root.TryGetProperty(name, out var value) ? Convert.ToString(value, CultureInfo.InvariantCulture) ?? "" : "";
}
