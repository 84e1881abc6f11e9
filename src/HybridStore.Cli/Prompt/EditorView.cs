using System.Globalization;
using System.Text;
using HybridStore.Cli.Output.Rows;

namespace HybridStore.Cli.Prompt;

/// <summary>Draws an editor's text on a terminal: each time over what it drew before.</summary>
/// <remarks>
/// It breaks lines itself, so that it knows in which row the cursor is. Source of the sequences: ECMA-48 (CUU, CUF, ED, SGR).
/// </remarks>
internal sealed class EditorView
{
    private const int CandidatesMax = 60;
    private int _cursorRow;

    /// <summary>What to send so that the terminal shows the editor.</summary>
    /// <param name="editor">The editor.</param>
    /// <param name="prompt">Before the first line; the others are indented as far.</param>
    /// <param name="columns">Cells of the terminal's line.</param>
    /// <param name="rows">Lines of the terminal.</param>
    /// <param name="hasColor">Whether the prompt may be coloured.</param>
    internal string Draw(LineEditor editor, string prompt, int columns, int rows, bool hasColor)
    {
        var lead = editor.SearchedText is { } searched ? $"{(editor.IsFound || searched.Length == 0 ? "" : "not found ")}search '{searched}': " : prompt;
        var lines = Break(editor.Text, editor.Cursor, lead, columns, out var cursor);
        // What does not fit scrolls: the cursor's row is always there.
        var first = Math.Max(0, Math.Min(cursor.Row, lines.Count - Math.Max(1, rows - 1)));
        lines = lines.GetRange(first, Math.Min(lines.Count - first, Math.Max(1, rows - 1)));
        cursor.Row -= first;
        if (first == 0) lines[0] = Colored(lines[0], lead, hasColor);
        lines.AddRange(Columns(editor.Candidates, columns).Take(Math.Max(0, rows - 1 - lines.Count)));

        var output = new StringBuilder(Restart());
        output.AppendJoin("\r\n", lines);
        Move(output, lines.Count - 1 - cursor.Row, 'A');
        output.Append('\r');
        Move(output, cursor.Column, 'C');
        _cursorRow = cursor.Row;
        return output.ToString();
    }

    /// <summary>What to send to leave the text behind, with the cursor below it.</summary>
    /// <param name="editor">The editor.</param>
    /// <param name="prompt">Before the first line.</param>
    /// <param name="columns">Cells of the terminal's line.</param>
    /// <param name="hasColor">Whether the prompt may be coloured.</param>
    internal string Leave(LineEditor editor, string prompt, int columns, bool hasColor)
    {
        var lines = Break(editor.Text, editor.Text.Length, prompt, columns, out _);
        // All of it, also what had scrolled away: it is the record of the session.
        var output = Restart() + Colored(string.Join("\r\n", lines), prompt, hasColor) + "\r\n";
        _cursorRow = 0;
        return output;
    }

    /// <summary>What to send to begin anew on an empty screen.</summary>
    internal string Clear()
    {
        _cursorRow = 0;
        return "\x1b[H\x1b[2J";
    }

    private static string Colored(string text, string lead, bool hasColor) =>
        hasColor && text.StartsWith(lead, StringComparison.Ordinal) ? $"\x1b[1;36m{lead}\x1b[0m{text[lead.Length..]}" : text;

    private string Restart()
    {
        var output = new StringBuilder();
        Move(output, _cursorRow, 'A');
        return output.Append("\r\x1b[J").ToString();
    }

    private static void Move(StringBuilder output, int count, char direction)
    {
        if (count > 0) output.Append(CultureInfo.InvariantCulture, $"\x1b[{count}{direction}");
    }

    /// <summary>The rows of a text, and where its cursor is among them.</summary>
    private static List<string> Break(string text, int cursorIndex, string lead, int columns, out (int Row, int Column) cursor)
    {
        columns = Math.Max(columns, 2);
        var indent = new string(' ', TerminalText.Width(lead));
        var rows = new List<string>();
        var row = new StringBuilder(lead);
        var width = indent.Length;
        cursor = (0, 0);
        var elements = StringInfo.GetTextElementEnumerator(text);
        while (elements.MoveNext())
        {
            var element = elements.GetTextElement();
            var shown = element == "\n" ? "" : TerminalText.Visible(element == "\t" ? " " : element);
            if (width + TerminalText.Width(shown) > columns) EndRow("");
            if (elements.ElementIndex == cursorIndex) cursor = (rows.Count, width);
            if (element == "\n")
            {
                EndRow(indent);
                continue;
            }

            row.Append(shown);
            width += TerminalText.Width(shown);
        }

        // A cursor behind a full row is at the beginning of the next.
        if (width >= columns) EndRow("");
        if (cursorIndex >= text.Length) cursor = (rows.Count, width);
        rows.Add(row.ToString());
        return rows;

        void EndRow(string next)
        {
            rows.Add(row.ToString());
            row.Clear().Append(next);
            width = next.Length;
        }
    }

    /// <summary>Words side by side, as a shell lists them.</summary>
    private static IEnumerable<string> Columns(IReadOnlyList<string> words, int columns)
    {
        if (words.Count == 0) yield break;
        var shown = words.Take(CandidatesMax).ToList();
        var cells = shown.Max(TerminalText.Width) + 2;
        foreach (var line in shown.Chunk(Math.Max(1, (columns - 1) / cells)))
        {
            yield return TerminalText.Fit(string.Concat(line.Select(word => word + new string(' ', cells - TerminalText.Width(word)))).TrimEnd(), Math.Max(1, columns - 1));
        }

        if (words.Count > CandidatesMax) yield return $"... and {words.Count - CandidatesMax} more";
    }
}
