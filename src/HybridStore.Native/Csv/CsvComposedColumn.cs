namespace HybridStore.Native.Csv;

/// <summary>A column that no field of the record is by itself: a constant, or a text that is put together from fields, such as a day and a time of day.</summary>
/// <param name="Spec">What the text becomes, as if it stood in one field.</param>
/// <param name="Parts">The text's parts. A record in which one of its fields is empty is rejected.</param>
public sealed record CsvComposedColumn(CsvColumnSpec Spec, IReadOnlyList<CsvPart> Parts);
