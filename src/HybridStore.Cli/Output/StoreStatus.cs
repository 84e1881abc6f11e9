using System.Globalization;
using System.Text.Json.Serialization;
using HybridStore.Hot;
using HybridStore.Lake;
using HybridStore.Schema;

namespace HybridStore.Cli.Output;

/// <summary>A dataset in the lake, as <c>hybrid status</c> shows it.</summary>
internal sealed record DatasetStatus(string Dataset, long Version, long Rows, long Bytes, int Files, int? Symbols, DateOnly? From, DateOnly? To, string Partitioning)
{
    /// <summary>Rows by stretches of time of equal length, from first to last: for the eye.</summary>
    [JsonIgnore]
    public IReadOnlyList<long> RowsOverTime { get; private init; } = [];

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
            snapshot.Dataset.Partitioning.ToText())
        {
            RowsOverTime = Sparkline.Gather(files.Select(file => (file.Days, file.RowCount))),
        };
    }
}

/// <summary>The hot tier, as <c>hybrid status</c> shows it.</summary>
internal sealed record HotTierStatus(string State, string? Server, string? ServerVersion, int WindowDays, IReadOnlyList<HotDatasetStatus> Datasets);

/// <summary>A store, as <c>hybrid status</c> shows it.</summary>
internal sealed record StoreStatus(string Store, IReadOnlyList<DatasetStatus> Datasets, HotTierStatus Hot)
{
    internal void WriteTo(TextWriter output, TextStyle style)
    {
        output.WriteLine($"{style.Strong(Store)}{style.Faint(Datasets.Count == 0 ? "" : $"  {Number(Datasets.Sum(one => one.Rows))} rows in {ByteSize.ToText(Datasets.Sum(one => one.Bytes))}")}");
        output.WriteLine();
        if (Datasets.Count == 0) output.WriteLine("  The lake is empty. Fill it with 'hybrid ingest FILES'.");
        else TextTable.Write(output, ["lake", "rows", "size", "files", "symbols", "from", "to", "rows over time", "layout", "version"], Datasets.Select(LakeRow), style.Faint);
        output.WriteLine();
        if (Hot.Datasets.Count > 0)
        {
            TextTable.Write(output, ["hot", "rows", "size", "symbols", "symbol-days", "from", "to", "held"], Hot.Datasets.Select(HotRow), style.Faint);
            output.WriteLine();
        }

        output.WriteLine($"  {(Hot.State is "running" or "connected" ? style.Good("●") : style.Faint("○"))} Postgres {HotLine()}; window {Hot.WindowDays} days");
    }

    private static string[] LakeRow(DatasetStatus one) =>
    [
        one.Dataset, Number(one.Rows), ByteSize.ToText(one.Bytes), Number(one.Files), one.Symbols is { } symbols ? Number(symbols) : "", Day(one.From), Day(one.To), Sparkline.Draw(one.RowsOverTime), one.Partitioning, Number(one.Version),
    ];

    private static string[] HotRow(HotDatasetStatus one) =>
    [
        one.Dataset, Number(one.Rows), ByteSize.ToText(one.Bytes), Number(one.Symbols), Number(one.Partitions), Day(one.From), Day(one.To),
        one.Pinned + one.Leased == 0 ? "window" : $"{one.Pinned} pinned, {one.Leased} leased",
    ];

    private string HotLine() => Hot.State switch
    {
        "running" or "connected" => $"{Hot.ServerVersion}, {Hot.Server}",
        "stopped" => "does not run ('hybrid sync' or 'hybrid pg start' starts it)",
        _ => "is not set up yet ('hybrid sync' does it)",
    };

    private static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    private static string Day(DateOnly? day) => day?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? "";
}
