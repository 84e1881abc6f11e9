namespace HybridStore.Native.Csv.Values;

/// <summary>A walk over the text of a date or time.</summary>
internal ref struct TimeText(ReadOnlySpan<byte> text)
{
    private const int MonthLettersMin = 3;

    private readonly ReadOnlySpan<byte> _text = text;
    private int _at;

    internal readonly bool IsAtEnd => _at == _text.Length;

    private readonly byte Current => _at < _text.Length ? _text[_at] : (byte)0;

    /// <summary>How many digits follow, up to a limit.</summary>
    internal readonly int DigitRun(int max)
    {
        var end = _at;
        while (end < _text.Length && end - _at < max && (uint)(_text[end] - '0') <= 9) end++;
        return end - _at;
    }

    internal bool TrySkip(byte wanted)
    {
        if (Current != wanted) return false;
        _at++;
        return true;
    }

    internal bool TrySkipAny(ReadOnlySpan<byte> wanted)
    {
        if (IsAtEnd || !wanted.Contains(Current)) return false;
        _at++;
        return true;
    }

    internal void SkipSpaces()
    {
        while (Current == ' ') _at++;
    }

    /// <summary>Skips the mark between day, month and year.</summary>
    internal bool TrySkipDateMark(out byte mark, bool allowPoint)
    {
        mark = Current;
        if (mark is not ((byte)'-' or (byte)'/') && !(allowPoint && mark == '.')) return false;
        _at++;
        return true;
    }

    internal bool TryReadNumber(int digitsMin, int digitsMax, out int value)
    {
        value = 0;
        var count = DigitRun(digitsMax);
        if (count < digitsMin) return false;
        for (; count > 0; count--) value = value * 10 + _text[_at++] - '0';
        return true;
    }

    /// <summary>Reads the decimals of a second, as nanoseconds.</summary>
    /// <param name="nanoseconds">Rounded down.</param>
    /// <param name="isExact">False when a decimal beyond the ninth is not 0.</param>
    internal bool TryReadNanoseconds(out int nanoseconds, out bool isExact)
    {
        isExact = true;
        var count = DigitRun(9);
        if (!TryReadNumber(1, 9, out nanoseconds)) return false;
        for (; count < 9; count++) nanoseconds *= 10;
        for (; DigitRun(1) > 0; _at++) isExact &= Current == '0';
        return true;
    }

    /// <summary>Reads an English name of a month: its first three letters, or all of them.</summary>
    internal bool TryReadMonth(out int month)
    {
        month = 0;
        var end = _at;
        while (end < _text.Length && char.IsAsciiLetter((char)_text[end])) end++;
        var length = end - _at;
        if (length < MonthLettersMin) return false;
        ReadOnlySpan<string> names = ["january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"];
        for (var index = 0; index < names.Length; index++)
        {
            var name = names[index].AsSpan();
            // September alone is often cut to four letters.
            var isName = length == MonthLettersMin || length == name.Length || (index == 8 && length == 4);
            if (isName && length <= name.Length && System.Text.Ascii.EqualsIgnoreCase(_text[_at..end], name[..length])) month = index + 1;
        }

        if (month > 0) _at = end;
        return month > 0;
    }

    /// <summary>Skips a word of ASCII letters, in any case.</summary>
    internal bool TrySkipWord(ReadOnlySpan<byte> word)
    {
        if (_text.Length - _at < word.Length || !System.Text.Ascii.EqualsIgnoreCase(_text.Slice(_at, word.Length), word)) return false;
        _at += word.Length;
        return true;
    }
}
