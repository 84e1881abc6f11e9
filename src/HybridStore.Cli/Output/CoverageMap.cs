using System.Globalization;
using System.Text;
using HybridStore.Cli.Output.Rows;
using HybridStore.Coverage;

namespace HybridStore.Cli.Output;

/// <summary>A dataset's coverage as a map: symbols down, days across, folded to what fits.</summary>
internal static class CoverageMap
{
    /// <summary>More symbols are not looked at one by one; those with gaps are shown first.</summary>
    internal const int SymbolsShownMax = 40;

    private const int NameCellsMax = 24;

    private static readonly (DayStatus Status, char Mark, string Color, string Meaning)[] Marks =
    [
        (DayStatus.Missing, 'x', "\e[31m", "missing"), (DayStatus.Thin, '-', "\e[33m", "thin"), (DayStatus.Duplicate, '2', "\e[35m", "stored twice"),
        (DayStatus.Late, 'l', "\e[36m", "late"), (DayStatus.Extra, '+', "\e[34m", "not expected"),
    ];

    /// <summary>Draws it.</summary>
    /// <param name="report">What.</param>
    /// <param name="width">Cells of a line.</param>
    /// <param name="hasColor">Whether colours may be used; the characters say the same without.</param>
    internal static string Draw(CoverageReport report, int width, bool hasColor)
    {
        var text = new StringBuilder();
        if (report.From is not { } from || report.To is not { } to || report.Symbols.Count == 0)
        {
            return $"{report.Dataset} has no rows there.{Environment.NewLine}";
        }

        text.AppendLine(CultureInfo.InvariantCulture, $"{report.Dataset}, {from:O} to {to:O}, calendar {report.Calendar}");
        var shown = Choose(report.Symbols);
        var days = report.Symbols.SelectMany(symbol => symbol.Days.Select(day => day.Date)).Distinct().Order().ToList();
        var nameCells = Math.Clamp(shown.Max(symbol => TerminalText.Width(Name(symbol))), 1, NameCellsMax);
        var columns = Math.Max(10, width - nameCells - 1);
        var fold = (days.Count + columns - 1) / columns;
        text.Append(' ', nameCells + 1).AppendLine(Ruler(days, fold));
        foreach (var symbol in shown) text.Append(Fit(Name(symbol), nameCells)).Append(' ').AppendLine(Line(symbol, days, fold, hasColor));
        AddNotes(text, report, shown.Count, fold);
        return text.ToString();
    }

    private static List<SymbolCoverage> Choose(IReadOnlyList<SymbolCoverage> symbols) => symbols.Count <= SymbolsShownMax
        ? [.. symbols]
        : [.. symbols.OrderByDescending(symbol => symbol.Count(DayStatus.Missing) + symbol.Count(DayStatus.Thin)).ThenBy(symbol => symbol.Symbol, StringComparer.Ordinal).Take(SymbolsShownMax)];

    /// <summary>Month and day above the columns where they begin.</summary>
    private static string Ruler(List<DateOnly> days, int fold)
    {
        var line = new StringBuilder();
        for (var column = 0; column * fold < days.Count; column++)
        {
            if (column > 0 && line.Length >= column) continue; // A label and the blank behind it still stand there.
            line.Append(' ', column - line.Length).Append(days[column * fold].ToString("MM-dd", CultureInfo.InvariantCulture));
        }

        return line.ToString();
    }

    private static string Line(SymbolCoverage symbol, List<DateOnly> days, int fold, bool hasColor)
    {
        var byDate = symbol.Days.ToDictionary(day => day.Date);
        var line = new StringBuilder();
        foreach (var column in days.Chunk(fold))
        {
            var covered = column.Where(byDate.ContainsKey).Select(day => byDate[day]).ToList();
            var (mark, color) = Cell(symbol, covered);
            if (hasColor && color.Length > 0) line.Append(color).Append(mark).Append("\e[0m");
            else line.Append(mark);
        }

        return line.ToString().TrimEnd();
    }

    /// <summary>Of several days the worst status is shown; where all is well, how many rows there are against the median.</summary>
    private static (char Mark, string Color) Cell(SymbolCoverage symbol, List<DayCoverage> days)
    {
        if (days.Count == 0) return (' ', "");
        var worst = days.Min(day => day.Status);
        if (worst != DayStatus.Full) return Marks.Where(mark => mark.Status == worst).Select(mark => (mark.Mark, mark.Color)).First();
        var share = days.Average(day => day.Rows) / Math.Max(1, symbol.MedianRows);
        return (share < 0.75 ? '░' : share < 1.25 ? '▒' : '▓', "\e[32m");
    }

    private static void AddNotes(StringBuilder text, CoverageReport report, int shown, int fold)
    {
        text.AppendLine("░▒▓ rows against the symbol's median; " + string.Join("; ", Marks.Select(mark => $"{mark.Mark} {mark.Meaning}")));
        text.AppendLine(CultureInfo.InvariantCulture, $"Symbol-days: {report.Missing:N0} missing, {report.Thin:N0} thin, {report.Duplicate:N0} stored twice, {report.Late:N0} late, {report.Extra:N0} not expected");
        if (fold > 1) text.AppendLine(CultureInfo.InvariantCulture, $"Each column is {fold} days, and shows the worst of them; --from and --to look closer.");
        if (shown < report.Symbols.Count) text.AppendLine(CultureInfo.InvariantCulture, $"The {shown} symbols with most gaps; {report.Symbols.Count - shown:N0} more are not shown. --symbols names others, --format json gives all.");
        if (!report.KnowsLate) text.AppendLine("Late days are not known: partitions of this layout are longer than a day.");
    }

    private static string Name(SymbolCoverage symbol) => symbol.Symbol.Length == 0 ? "(none)" : TerminalText.Visible(symbol.Symbol);

    private static string Fit(string name, int cells)
    {
        if (TerminalText.Width(name) <= cells) return name + new string(' ', cells - TerminalText.Width(name));
        var cut = name;
        while (TerminalText.Width(cut) >= cells) cut = cut[..^1];
        return cut + "…" + new string(' ', cells - TerminalText.Width(cut) - 1);
    }
}
