using System.Globalization;
using System.Text;

namespace HybridStore.Ingest.Workbooks;

/// <summary>Writes cells as fields of CSV: what they hold, not how they are shown.</summary>
/// <param name="text">Where they are written.</param>
/// <param name="firstDay">The day that the workbook counts days from: Excel's 1900 or 1904.</param>
internal sealed class CellText(StringBuilder text, DateTime firstDay)
{
    /// <summary>A day that Excel counts and that never was: it numbers days as if 1900 had been a leap year.</summary>
    private static readonly DateTime DayBeforeExcelsLeapDay = new(1900, 2, 28);

    /// <summary>Excel keeps 15 digits of a number.</summary>
    private const double LongNumberMin = 1e15;

    /// <summary>Columns with whole numbers of more digits than Excel keeps: how many cells, and the first row.</summary>
    internal SortedDictionary<int, (long Cells, long FirstRow)> LongNumbers { get; } = [];

    /// <summary>Writes a cell.</summary>
    /// <param name="value">As the workbook's reader gives it.</param>
    /// <param name="column">From 0.</param>
    /// <param name="row">From 1.</param>
    internal void Append(object? value, int column, long row)
    {
        switch (value)
        {
            case double number:
                if (Math.Abs(number) >= LongNumberMin && double.IsInteger(number)) AddLongNumber(column, row);
                text.Append(number.ToString("R", CultureInfo.InvariantCulture));
                break;
            case DateTime time:
                AppendTime(time);
                break;
            case TimeSpan span:
                AppendDuration(span);
                break;
            case bool flag:
                text.Append(flag ? "TRUE" : "FALSE");
                break;
            case null:
                break;
            default:
                AppendText(Convert.ToString(value, CultureInfo.InvariantCulture) ?? "");
                break;
        }
    }

    private void AddLongNumber(int column, long row)
    {
        var before = LongNumbers.GetValueOrDefault(column, (Cells: 0, FirstRow: row));
        LongNumbers[column] = (before.Cells + 1, before.FirstRow);
    }

    /// <summary>What lies on the first day that the workbook counts, or before it, is a time of day.</summary>
    private void AppendTime(DateTime time)
    {
        if (time.Date == DayBeforeExcelsLeapDay)
        {
            // The reader gives Excel's days 59 and 60 as this one. No day is better than a wrong one: this text is none.
            text.Append("1900-02-28 or 1900-02-29");
            return;
        }

        var whole = time.TimeOfDay == TimeSpan.Zero ? "yyyy-MM-dd" : "yyyy-MM-dd HH:mm:ss.FFFFFF";
        var format = time < firstDay.AddDays(1) ? "HH:mm:ss.FFFFFF" : whole;
        text.Append(time.ToString(format, CultureInfo.InvariantCulture).TrimEnd('.'));
    }

    /// <summary>A duration counts hours beyond a day, as Excel shows it: 30:00:00.</summary>
    private void AppendDuration(TimeSpan span)
    {
        var magnitude = span.Duration();
        if (span < TimeSpan.Zero) text.Append('-');
        text.Append(CultureInfo.InvariantCulture, $"{(long)magnitude.TotalHours:00}:");
        text.Append(magnitude.ToString("mm\\:ss\\.FFFFFF", CultureInfo.InvariantCulture).TrimEnd('.'));
    }

    private void AppendText(string value)
    {
        if (value.AsSpan().IndexOfAny(",\"\n\r") < 0 && !value.StartsWith('#'))
        {
            text.Append(value);
            return;
        }

        text.Append('"').Append(value.Replace("\"", "\"\"", StringComparison.Ordinal)).Append('"');
    }
}
