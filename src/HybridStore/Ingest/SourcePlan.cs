using HybridStore.Native.Csv;
using HybridStore.Schema;

namespace HybridStore.Ingest;

/// <summary>How a source's columns become a dataset's.</summary>
/// <param name="Dialect">How the source is spelled.</param>
/// <param name="Encoding">How its characters are turned into bytes.</param>
/// <param name="Names">The source's columns, folded and unique.</param>
/// <param name="Specs">How each is read; one that the dataset does not have is skipped.</param>
/// <param name="SourceColumns">By the dataset's columns: the source's or, behind those, a composed one; -1 for none.</param>
internal sealed record SourcePlan(CsvDialect Dialect, CsvEncoding Encoding, IReadOnlyList<string> Names, IReadOnlyList<CsvColumnSpec> Specs, int[] SourceColumns)
{
    /// <summary>Columns that no field is by itself.</summary>
    internal IReadOnlyList<CsvComposedColumn> Composed { get; init; } = [];

    /// <summary>The time column, when its times are the dataset's zone's and become instants.</summary>
    internal CsvLocalTimes? LocalTimes { get; init; }

    /// <summary>The instants of the time column that lie on a partition date; null where all do.</summary>
    internal CsvTimeBounds? TimeBounds { get; init; }

    /// <summary>The columns of a batch of the source's rows.</summary>
    internal IReadOnlyList<CsvColumnSpec> BatchSpecs => [.. Specs, .. Composed.Select(composed => composed.Spec)];

    /// <summary>The source's column of one of the dataset's, or -1.</summary>
    internal int ColumnOf(Dataset dataset, string name) => SourceColumns[dataset.Columns.ToList().FindIndex(column => column.Name == name)];
}
