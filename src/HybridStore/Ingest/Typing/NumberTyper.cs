using HybridStore.Native.Csv;
using HybridStore.Schema;

namespace HybridStore.Ingest.Typing;

/// <summary>Chooses among the number types: whole numbers, doubles, decimals; then text.</summary>
internal static class NumberTyper
{
    private const int NarrowDecimalWidth = 18;
    private const int RoomyScale = 18;

    private static readonly ColumnType BigInt = new(ColumnKind.BigInt);
    private static readonly ColumnType Double = new(ColumnKind.Double);
    private static readonly ColumnType Varchar = new(ColumnKind.Varchar);

    /// <summary>The first type that holds all texts exactly; null when they are not all numbers, or no number type holds them.</summary>
    internal static ColumnType? Find(List<string> texts, CsvDialect dialect)
    {
        if (ColumnTyper.HoldsAll(BigInt, CsvTimeFormat.Iso, texts, dialect)) return BigInt;
        if (ColumnTyper.HoldsAll(Double, CsvTimeFormat.Iso, texts, dialect)) return Double;
        var (whole, scale) = (0, 0);
        foreach (var text in texts)
        {
            if (Digits(text, dialect) is not { } digits) return null;
            (whole, scale) = (Math.Max(whole, digits.Whole), Math.Max(scale, digits.Scale));
        }

        if (whole + scale > ColumnType.DecimalWidthMax) return null;
        var type = new ColumnType(ColumnKind.Decimal, whole + scale <= NarrowDecimalWidth ? NarrowDecimalWidth : ColumnType.DecimalWidthMax, scale);
        return ColumnTyper.HoldsAll(type, CsvTimeFormat.Iso, texts, dialect) ? type : null;
    }

    /// <summary>The next type that also holds a text; each step is wider, so that steps end at text.</summary>
    internal static ColumnType? Widen(ColumnType type, string text, CsvDialect dialect)
    {
        if (type.Kind == ColumnKind.BigInt && Holds(Double, text, dialect)) return Double;
        if (Digits(text, dialect) is not { } digits)
        {
            // NaN, 1e400 or a word: one such value makes no text out of a column of numbers. An identifier such as 007 does.
            return HasLeadingZero(text) ? Varchar : null;
        }

        if (type.Kind != ColumnKind.Decimal)
        {
            var roomy = new ColumnType(ColumnKind.Decimal, ColumnType.DecimalWidthMax, type.Kind == ColumnKind.BigInt ? digits.Scale : Math.Max(RoomyScale, digits.Scale));
            return Holds(roomy, text, dialect) ? roomy : Varchar;
        }

        var scale = Math.Max(type.Scale, digits.Scale);
        var whole = Math.Max(type.Width - type.Scale, digits.Whole);
        var wider = new ColumnType(ColumnKind.Decimal, Math.Max(type.Width, whole + scale), scale);
        return wider.Width <= ColumnType.DecimalWidthMax && wider != type && Holds(wider, text, dialect) ? wider : Varchar;
    }

    /// <summary>Whether a column of doubles has values that no decimal holds.</summary>
    internal static bool NeedsDouble(ColumnType type, List<string> texts, CsvDialect dialect) =>
        type.Kind == ColumnKind.Double && !ColumnTyper.HoldsAll(new ColumnType(ColumnKind.Decimal, ColumnType.DecimalWidthMax, RoomyScale), CsvTimeFormat.Iso, texts, dialect);

    private static bool Holds(ColumnType type, string text, CsvDialect dialect) => ColumnTyper.Holds(type, CsvTimeFormat.Iso, text, dialect);

    private static bool HasLeadingZero(string text)
    {
        var digits = text.Trim().TrimStart('+', '-');
        return digits.Length > 1 && digits[0] == '0' && digits.All(char.IsAsciiDigit);
    }

    /// <summary>Digits before and after the point of a plain number, without zeros at the end; null for anything else.</summary>
    private static (int Whole, int Scale)? Digits(string text, CsvDialect dialect)
    {
        var point = dialect.DecimalComma ? ',' : '.';
        var plain = text.Trim().TrimStart('+', '-');
        if (dialect.GroupMark is { } mark) plain = plain.Replace(((char)mark).ToString(), "", StringComparison.Ordinal);
        var parts = plain.Split(point);
        if (parts.Length > 2 || parts.Any(part => !part.All(char.IsAsciiDigit)) || HasLeadingZero(parts[0])) return null;
        var scale = parts.Length == 1 ? 0 : parts[1].TrimEnd('0').Length;
        return parts[0].Length + scale == 0 && plain.Length < 2 ? null : (parts[0].Length, scale);
    }
}
