using HybridStore.Cli.Output.Rows;

namespace HybridStore.Cli.Output;

/// <summary>A small table for people: words to the left, numbers to the right, two blanks between.</summary>
internal static class TextTable
{
    /// <summary>Writes it.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="head">The columns' names.</param>
    /// <param name="rows">A cell a column.</param>
    /// <param name="styleHead">What colours the line of names, if anything.</param>
    internal static void Write(TextWriter output, string[] head, IEnumerable<string[]> rows, Func<string, string>? styleHead = null)
    {
        var lines = rows.ToList();
        var widths = Enumerable.Range(0, head.Length).Select(column => lines.Append(head).Max(line => TerminalText.Width(line[column]))).ToArray();
        var areNumbers = Enumerable.Range(0, head.Length).Select(column => lines.Exists(line => line[column].Length > 0) && lines.TrueForAll(line => IsNumber(line[column]))).ToArray();
        var titles = ToLine(head);
        output.WriteLine(styleHead is null ? titles : styleHead(titles));
        foreach (var line in lines) output.WriteLine(ToLine(line));

        string ToLine(string[] cells) => ("  " + string.Join("  ", cells.Select((cell, column) =>
        {
            var space = new string(' ', widths[column] - TerminalText.Width(cell));
            return areNumbers[column] ? space + cell : cell + space;
        }))).TrimEnd();
    }

    /// <summary>A number, also with a unit; no date.</summary>
    private static bool IsNumber(string cell) => cell.Length == 0 || (char.IsAsciiDigit(cell[0]) && !cell.Contains('-', StringComparison.Ordinal));
}
