namespace HybridStore.Native.Csv.Values;

/// <summary>What a column's parser has to know.</summary>
/// <param name="Column">The column's index.</param>
/// <param name="Spec">What its fields become.</param>
/// <param name="Dialect">How they are spelled.</param>
/// <param name="Simd">Which instructions to use.</param>
internal sealed record ColumnContext(int Column, CsvColumnSpec Spec, CsvDialect Dialect, CsvSimd Simd)
{
    /// <summary>
    /// Whether values can be read without a look at the texts that stand for none: those that hold no digit are no value either way, and
    /// come to the careful path.
    /// </summary>
    internal bool CanReadDigitsFirst => Simd != CsvSimd.Scalar && !(Spec.NullTexts ?? Dialect.NullTexts).Any(text => text.Any(char.IsAsciiDigit));

    /// <summary>The quote; where there is none, a byte that no field begins with: the delimiter.</summary>
    internal byte QuoteOrDelimiter { get; } = Dialect.Quote ?? Dialect.Delimiter;

    /// <summary>Whether the x86 instructions for digits are there and wanted.</summary>
    internal bool HasVectorDigits => Simd == CsvSimd.Vector256 && System.Runtime.Intrinsics.X86.Sse41.IsSupported;
}
