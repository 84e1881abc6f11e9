using System.Text;

namespace HybridStore.Native.Csv.Values;

/// <summary>Tells a field's text from the quotes and spaces around it, and the absent values.</summary>
/// <param name="spec">The column.</param>
/// <param name="dialect">How fields are spelled.</param>
/// <remarks>
/// In a text column spaces belong to the value, and a quoted field is always a value. Elsewhere spaces around a value mean nothing, and a
/// field of spaces alone, or of quotes alone, is absent.
/// </remarks>
internal sealed class FieldReader(CsvColumnSpec spec, CsvDialect dialect)
{
    private readonly bool _isText = spec.Kind is CsvValueKind.Varchar or CsvValueKind.Skip;
    private readonly byte[][] _nullTexts = [.. (spec.NullTexts ?? dialect.NullTexts).Select(Encoding.UTF8.GetBytes)];
    private byte[] _scratch = new byte[256];

    /// <summary>Reads a field.</summary>
    /// <param name="field">As it stands in the file.</param>
    /// <param name="text">What it says, valid until the next call.</param>
    /// <param name="isNull">Whether it stands for no value.</param>
    /// <returns><see cref="CsvRejectReason.TextAfterQuote"/> or <see cref="CsvRejectReason.LineBreakInValue"/> when it is not well formed.</returns>
    internal CsvRejectReason Read(ReadOnlySpan<byte> field, out ReadOnlySpan<byte> text, out bool isNull)
    {
        text = field;
        isNull = field.IsEmpty;
        if (isNull) return CsvRejectReason.None;
        var isQuoted = field[0] == dialect.Quote;
        if (isQuoted && !TryUnquote(field, out text)) return CsvRejectReason.TextAfterQuote;
        if (!_isText)
        {
            if (isQuoted && text.Contains((byte)'\n')) return CsvRejectReason.LineBreakInValue;
            text = text.Trim(" \t"u8);
            isNull = text.IsEmpty;
        }

        if (!isNull && !(_isText && isQuoted)) isNull = IsNullText(text);
        return CsvRejectReason.None;
    }

    internal bool IsNullText(ReadOnlySpan<byte> text)
    {
        foreach (var nullText in _nullTexts)
        {
            if (text.SequenceEqual(nullText)) return true;
        }

        return false;
    }

    private bool TryUnquote(ReadOnlySpan<byte> field, out ReadOnlySpan<byte> text)
    {
        var quote = dialect.Quote!.Value;
        var escape = dialect.Escape ?? quote;
        text = default;
        if (field.Length < 2 || field[^1] != quote) return false;
        var inner = field[1..^1];
        var special = inner.IndexOfAny(quote, escape);
        if (special < 0)
        {
            text = inner;
            return true;
        }

        if (_scratch.Length < inner.Length) _scratch = new byte[Math.Max(inner.Length, _scratch.Length * 2)];
        var length = 0;
        for (var at = 0; at < inner.Length; at++)
        {
            if (inner[at] == escape && at + 1 < inner.Length && (inner[at + 1] == quote || inner[at + 1] == escape)) at++;
            else if (inner[at] == quote) return false;
            _scratch[length++] = inner[at];
        }

        text = _scratch.AsSpan(0, length);
        return true;
    }
}
