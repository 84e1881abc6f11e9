using System.Globalization;

namespace HybridStore.Ingest;

/// <summary>How many rows may go to quarantine before an ingest stops.</summary>
/// <param name="RowsMax">Rows of all sources of a dataset, looked at with each reject; null for any number.</param>
/// <param name="PercentMax">Percent of a source's rows, looked at when it has been read; null for any share.</param>
public readonly record struct RejectLimit(long? RowsMax, double? PercentMax)
{
    /// <summary>Reads a limit.</summary>
    /// <param name="text">A number of rows such as <c>100</c>, or a share such as <c>0.5%</c>.</param>
    /// <returns>Null when it is neither.</returns>
    public static RejectLimit? TryParse(string text)
    {
        var trimmed = text.Trim();
        if (trimmed.EndsWith('%'))
        {
            return double.TryParse(trimmed[..^1], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var percent) && percent is >= 0 and <= 100 ? new RejectLimit(null, percent) : null;
        }

        return long.TryParse(trimmed, NumberStyles.None, CultureInfo.InvariantCulture, out var rows) ? new RejectLimit(rows, null) : null;
    }
}
