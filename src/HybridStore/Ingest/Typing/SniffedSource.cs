using HybridStore.Native.Csv;

namespace HybridStore.Ingest.Typing;

/// <summary>What <see cref="CsvSniffer"/> found out about a source.</summary>
/// <param name="Dialect">How it is spelled.</param>
/// <param name="Encoding">How its characters are turned into bytes; anything but UTF-8 is transcoded before it is read.</param>
/// <param name="ColumnNames">Folded to lower case and unique; empty for a file without a record.</param>
/// <param name="FieldCount">Fields of a record: more than the names when every record ends in a delimiter.</param>
/// <param name="Rows">The sample's records of that many fields, without the header.</param>
/// <param name="Notes">What a user should know: columns that were renamed, lines that are skipped.</param>
public sealed record SniffedSource(
    CsvDialect Dialect,
    CsvEncoding Encoding,
    IReadOnlyList<string> ColumnNames,
    int FieldCount,
    IReadOnlyList<IReadOnlyList<string?>> Rows,
    IReadOnlyList<string> Notes)
{
    /// <summary>Whether the source holds no record at all, not even a header.</summary>
    public bool IsEmpty => FieldCount == 0;

    /// <summary>Whether it has a header and nothing else.</summary>
    public bool IsHeaderOnly => !IsEmpty && Rows.Count == 0;
}
