using HybridStore.Native.Csv;

namespace HybridStore.Ingest;

/// <summary>A column that a source can give to a dataset.</summary>
/// <param name="Name">Folded, unique in its source.</param>
/// <param name="Field">The field that it is; -1 when it is composed.</param>
/// <param name="Parts">What it is composed of.</param>
internal sealed record SourceColumn(string Name, int Field, IReadOnlyList<CsvPart> Parts)
{
    internal static SourceColumn Of(string name, int field) => new(name, field, []);

    internal static SourceColumn Composed(string name, params IReadOnlyList<CsvPart> parts) => new(name, -1, parts);

    /// <summary>Its text in a row of the sample; null when it has none.</summary>
    internal string? TextOf(IReadOnlyList<string?> row)
    {
        if (Field >= 0) return row[Field];
        return Parts.All(part => part.Field < 0 || !string.IsNullOrWhiteSpace(row[part.Field]))
            ? string.Concat(Parts.Select(part => part.Field < 0 ? part.Text : row[part.Field]!.Trim()))
            : null;
    }
}
