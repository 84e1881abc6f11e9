using System.Globalization;

namespace HybridStore.Cli.Prompt;

/// <summary>A text of one or more lines with a cursor, which never stands inside of a character as people see it.</summary>
internal sealed class LineBuffer
{
    private string _killed = "";

    /// <summary>The text, lines with <c>\n</c> between.</summary>
    internal string Text { get; private set; } = "";

    /// <summary>Where the next character goes: an index into the text.</summary>
    internal int Cursor { get; private set; }

    internal bool IsEmpty => Text.Length == 0;

    internal bool IsOnFirstLine => LineStart() == 0;

    internal bool IsOnLastLine => LineEnd() == Text.Length;

    internal void Set(string text) => Set(text, text.Length);

    internal void Set(string text, int cursor) => (Text, Cursor) = (text, cursor);

    internal void Insert(string text) => Set(Text.Insert(Cursor, text), Cursor + text.Length);

    internal void Left() => Cursor = Before(Cursor);

    internal void Right() => Cursor = After(Cursor);

    internal void WordLeft() => Cursor = WordStart();

    internal void WordRight() => Cursor = WordEnd();

    internal void ToLineStart() => Cursor = LineStart();

    internal void ToLineEnd() => Cursor = LineEnd();

    /// <summary>Moves one line up, keeping the column as far as that line has it.</summary>
    internal void LineUp()
    {
        var column = Cursor - LineStart();
        var end = LineStart() - 1;
        var start = end <= 0 ? 0 : Text.LastIndexOf('\n', end - 1) + 1;
        Cursor = Whole(Math.Min(start + column, end));
    }

    /// <summary>Moves one line down.</summary>
    internal void LineDown()
    {
        var column = Cursor - LineStart();
        var start = LineEnd() + 1;
        var end = Text.IndexOf('\n', start);
        Cursor = Whole(Math.Min(start + column, end < 0 ? Text.Length : end));
    }

    internal void Backspace() => Remove(Before(Cursor), Cursor);

    internal void Delete() => Remove(Cursor, After(Cursor));

    internal void KillWordLeft() => Kill(WordStart(), Cursor);

    internal void KillWordRight() => Kill(Cursor, WordEnd());

    internal void KillToLineStart() => Kill(LineStart(), Cursor);

    /// <summary>Kills the rest of the line, or its end when nothing else is left of it.</summary>
    internal void KillToLineEnd() => Kill(Cursor, LineEnd() == Cursor ? After(Cursor) : LineEnd());

    internal void Yank() => Insert(_killed);

    /// <summary>Puts other text in the place of what stands from a position up to the cursor.</summary>
    internal void ReplaceFrom(int start, string text) => Set(string.Concat(Text.AsSpan(0, start), text, Text.AsSpan(Cursor)), start + text.Length);

    private void Kill(int start, int end)
    {
        if (start == end) return;
        _killed = Text[start..end];
        Remove(start, end);
    }

    private void Remove(int start, int end) => Set(Text.Remove(start, end - start), start);

    private int LineStart() => Cursor == 0 ? 0 : Text.LastIndexOf('\n', Cursor - 1) + 1;

    private int LineEnd() => Text.IndexOf('\n', Cursor) is var end and >= 0 ? end : Text.Length;

    private int After(int index) => index == Text.Length ? index : index + StringInfo.GetNextTextElementLength(Text, index);

    private int Before(int index)
    {
        var start = 0;
        while (After(start) < index) start = After(start);
        return start;
    }

    /// <summary>The beginning of the character that an index may be inside of.</summary>
    private int Whole(int index) => index >= Text.Length || index == 0 ? index : After(Before(index)) == index ? index : Before(index);

    private int WordStart()
    {
        var index = Cursor;
        while (index > 0 && !IsWord(Text[index - 1])) index--;
        while (index > 0 && IsWord(Text[index - 1])) index--;
        return index;
    }

    private int WordEnd()
    {
        var index = Cursor;
        while (index < Text.Length && !IsWord(Text[index])) index++;
        while (index < Text.Length && IsWord(Text[index])) index++;
        return index;
    }

    private static bool IsWord(char value) => char.IsLetterOrDigit(value) || value == '_' || char.IsSurrogate(value);
}
