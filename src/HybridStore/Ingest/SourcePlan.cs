using HybridStore.Native.Csv;
using HybridStore.Schema;

namespace HybridStore.Ingest;

/// <summary>How a source's columns become a dataset's.</summary>
/// <param name="Dialect">How the source is spelled.</param>
/// <param name="Encoding">How its characters are turned into bytes.</param>
/// <param name="Names">The source's columns, folded and unique.</param>
/// <param name="Specs">How each is read; one that the dataset does not have is skipped.</param>
/// <param name="SourceColumns">By the dataset's columns: the source's, or -1.</param>
internal sealed record SourcePlan(CsvDialect Dialect, CsvEncoding Encoding, IReadOnlyList<string> Names, IReadOnlyList<CsvColumnSpec> Specs, int[] SourceColumns)
{
    /// <summary>The source's column of one of the dataset's, or -1.</summary>
    internal int ColumnOf(Dataset dataset, string name) => SourceColumns[dataset.Columns.ToList().FindIndex(column => column.Name == name)];
}
