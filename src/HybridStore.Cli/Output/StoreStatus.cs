using System.Globalization;
using HybridStore.Hot;
using HybridStore.Lake;
using HybridStore.Schema;

namespace HybridStore.Cli.Output;

/// <summary>A dataset in the lake, as <c>hybrid status</c> shows it.</summary>
internal sealed record DatasetStatus(string Dataset, long Version, long Rows, long Bytes, int Files, int? Symbols, DateOnly? From, DateOnly? To, string Partitioning)
{
    internal static DatasetStatus Of(LakeSnapshot snapshot)
    {
        var files = snapshot.Files;
        return new DatasetStatus(
            snapshot.Dataset.Name,
            snapshot.Version,
            files.Sum(file => file.RowCount),
            files.Sum(file => file.SizeBytes),
            files.Count,
            snapshot.Dataset.Partitioning.IsBySymbol() ? files.Select(file => file.Symbol).Distinct().Count() : null,
            files.Count == 0 ? null : files.Min(file => file.Days.From),
            files.Count == 0 ? null : files.Max(file => file.Days.To),
            snapshot.Dataset.Partitioning.ToText());
    }
}

/// <summary>The hot tier, as <c>hybrid status</c> shows it.</summary>
internal sealed record HotTierStatus(string State, string? Server, string? ServerVersion, int WindowDays, IReadOnlyList<HotDatasetStatus> Datasets);

/// <summary>A store, as <c>hybrid status</c> shows it.</summary>
internal sealed record StoreStatus(string Store, IReadOnlyList<DatasetStatus> Datasets, HotTierStatus Hot)
{
    internal void WriteTo(TextWriter output)
    {
        output.WriteLine($"Store {Store}");
        output.WriteLine();
        if (Datasets.Count == 0) output.WriteLine("  The lake is empty. Fill it with 'hybrid ingest FILES'.");
        else WriteTable(output, ["lake", "rows", "size", "files", "symbols", "from", "to", "layout", "version"], Datasets.Select(LakeRow));
        output.WriteLine();
        if (Hot.Datasets.Count > 0) WriteTable(output, ["hot", "rows", "size", "symbols", "days x symbols", "from", "to", "held"], Hot.Datasets.Select(HotRow));
        output.WriteLine($"  Postgres: {HotLine()}; window {Hot.WindowDays} days");
    }

    private static string[] LakeRow(DatasetStatus one) =>
    [
        one.Dataset, Number(one.Rows), ByteSize.ToText(one.Bytes), Number(one.Files), one.Symbols is { } symbols ? Number(symbols) : "", Day(one.From), Day(one.To), one.Partitioning, Number(one.Version),
    ];

    private static string[] HotRow(HotDatasetStatus one) =>
    [
        one.Dataset, Number(one.Rows), ByteSize.ToText(one.Bytes), Number(one.Symbols), Number(one.Partitions), Day(one.From), Day(one.To),
        one.Pinned + one.Leased == 0 ? "window" : $"{one.Pinned} pinned, {one.Leased} leased",
    ];

    private string HotLine() => Hot.State switch
    {
        "running" or "connected" => $"{Hot.ServerVersion}, {Hot.Server}",
        "stopped" => "the embedded server does not run ('hybrid sync' or 'hybrid pg start' starts it)",
        _ => "not set up yet ('hybrid sync' does it)",
    };

    /// <summary>Words to the left, numbers to the right, two blanks between.</summary>
    private static void WriteTable(TextWriter output, string[] head, IEnumerable<string[]> rows)
    {
        var lines = new[] { head }.Concat(rows).ToList();
        var widths = Enumerable.Range(0, head.Length).Select(column => lines.Max(line => line[column].Length)).ToArray();
        foreach (var line in lines)
        {
            var cells = line.Select((cell, column) => IsNumeric(lines[^1][column]) ? cell.PadLeft(widths[column]) : cell.PadRight(widths[column]));
            output.WriteLine(("  " + string.Join("  ", cells)).TrimEnd());
        }
    }

    private static bool IsNumeric(string cell) => cell.Length > 0 && char.IsAsciiDigit(cell[0]) && !cell.Contains('-', StringComparison.Ordinal);

    private static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    private static string Day(DateOnly? day) => day?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? "";
}
