using System.Globalization;
using HybridStore.Schema;

namespace HybridStore.Lake;

/// <summary>Tells from a file's bounds on which days its rows lie.</summary>
internal static class FileDays
{
    /// <summary>Whether no row of a file can lie outside of its partition's days.</summary>
    /// <returns>
    /// True where times name no zone. Of instants the bounds decide by the rules of the dataset's zone, which may be others than those that
    /// the rows were stored by; false also where the log has no bounds.
    /// </returns>
    internal static bool AreProven(Dataset dataset, DataFile file)
    {
        if (dataset.Find(dataset.TimeColumn)!.Type.Kind != ColumnKind.TimestampTz) return true;
        var bounds = file.Statistics.FirstOrDefault(one => one.Column == dataset.TimeColumn);
        return DayOf(dataset, bounds?.Minimum) is { } first && DayOf(dataset, bounds?.Maximum) is { } last
            && file.Days.Contains(first) && file.Days.Contains(last);
    }

    private static DateOnly? DayOf(Dataset dataset, string? instant)
    {
        if (!DateTimeOffset.TryParse(instant, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)) return null;
        var timeUs = (time - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
        return EpochDay.TryFromLocal(DatasetZone.Of(dataset).ToLocal(timeUs));
    }
}
