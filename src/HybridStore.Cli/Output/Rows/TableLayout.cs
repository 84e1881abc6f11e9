namespace HybridStore.Cli.Output.Rows;

/// <summary>Which columns of a table are shown, and how wide.</summary>
/// <param name="Widths">Cells, for every column.</param>
/// <param name="Shown">The columns in order, with -1 where some are left out.</param>
/// <param name="ColumnsLeftOut">How many those are.</param>
internal sealed record TableLayout(IReadOnlyList<int> Widths, IReadOnlyList<int> Shown, int ColumnsLeftOut)
{
    private const int SeparatorCells = 3;

    /// <summary>Text is cut to no less than this; numbers and times never are.</summary>
    private const int TextCellsMin = 12;

    internal static TableLayout Of(string[] names, List<string[]> rows, bool[] canBeCut, int? widthMax)
    {
        var widths = new int[names.Length];
        for (var column = 0; column < names.Length; column++)
        {
            widths[column] = TerminalText.Width(names[column]);
            foreach (var row in rows) widths[column] = Math.Max(widths[column], TerminalText.Width(row[column]));
        }

        var shown = new List<int>();
        for (var column = 0; column < names.Length; column++) shown.Add(column);
        if (widthMax is not { } limit) return new TableLayout(widths, shown, 0);
        Shrink(widths, canBeCut, limit);
        var leftOut = 0;
        // The first columns say what a row is, the last ones are often what was asked for: the middle goes.
        while (shown.Count(column => column >= 0) > 2 && Total(widths, shown) > limit)
        {
            if (leftOut == 0) shown[shown.Count / 2] = -1;
            else shown.RemoveAt(shown.IndexOf(-1) + (shown.IndexOf(-1) >= shown.Count / 2 ? -1 : 1));
            leftOut++;
        }

        foreach (var column in shown)
        {
            if (column >= 0) widths[column] = Math.Min(widths[column], Math.Max(1, limit));
        }

        return new TableLayout(widths, shown, leftOut);
    }

    private static void Shrink(int[] widths, bool[] canBeCut, int limit)
    {
        var all = Enumerable.Range(0, widths.Length).ToList();
        while (Total(widths, all) is var total && total > limit)
        {
            var texts = all.Where(column => canBeCut[column] && widths[column] > TextCellsMin).ToList();
            if (texts.Count == 0) return;
            var widest = texts.MaxBy(column => widths[column]);
            widths[widest] = Math.Max(TextCellsMin, widths[widest] - Math.Max(1, Math.Min(total - limit, widths[widest] / 4)));
        }
    }

    private static int Total(int[] widths, List<int> shown) =>
        shown.Sum(column => column < 0 ? 1 : widths[column]) + Math.Max(0, shown.Count - 1) * SeparatorCells;
}
