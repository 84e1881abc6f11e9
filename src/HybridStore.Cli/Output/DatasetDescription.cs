using HybridStore.Lake;

namespace HybridStore.Cli.Output;

/// <summary>A dataset, as <c>hybrid dataset show</c> prints it.</summary>
internal sealed record DatasetDescription(
    string Dataset, string SymbolColumn, string TimeColumn, string Timezone, string Partitioning, IReadOnlyList<ColumnDescription> Columns, long Version, long Rows, long Bytes, int Files, DateOnly? From, DateOnly? To, string Folder)
{
    internal static DatasetDescription Of(LakeSnapshot snapshot)
    {
        var (dataset, status) = (snapshot.Dataset, DatasetStatus.Of(snapshot));
        return new DatasetDescription(
            dataset.Name, dataset.SymbolColumn, dataset.TimeColumn, dataset.TimeZone, status.Partitioning,
            [.. dataset.Columns.Select(column => new ColumnDescription(column.Name, column.Type.ToText()))],
            status.Version, status.Rows, status.Bytes, status.Files, status.From, status.To, snapshot.Folder);
    }
}

/// <summary>A column, as <c>hybrid dataset show</c> prints it.</summary>
internal sealed record ColumnDescription(string Name, string Type);
