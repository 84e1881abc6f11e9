namespace HybridStore.Native.Csv;

/// <summary>A part of a composed column's text.</summary>
/// <param name="Field">The field that it is, without quotes and spaces around it; -1 for <paramref name="Text"/>.</param>
/// <param name="Text">The same text in every row.</param>
public readonly record struct CsvPart(int Field, string Text)
{
    /// <summary>A part that is the same in every row.</summary>
    public static CsvPart Of(string text) => new(-1, text);

    /// <summary>A part that is a field of the record.</summary>
    public static CsvPart Of(int field) => new(field, "");
}
