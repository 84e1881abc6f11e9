using System.Text.RegularExpressions;

namespace HybridStore.Ingest.Typing;

/// <summary>Tells texts that are a time of day without a day.</summary>
internal static partial class TimeOfDayText
{
    private static readonly string[] HourNames = ["hour", "he", "hr", "hourending", "hourend", "deliveryhour"];

    /// <summary>Whether all of a column's texts are times of day, such as <c>09:30</c>, <c>9:30:00.123 PM</c> or <c>16:00:00-05:00</c>.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="values">Its texts; null or empty for none.</param>
    /// <param name="countsHours">Whether the numbers of a day's hours are meant: then the column's name tells them.</param>
    internal static bool AreAll(string name, IEnumerable<string?> values, bool countsHours)
    {
        if (countsHours) return HourNames.Contains(string.Concat(name.Where(char.IsLetterOrDigit)));
        var any = false;
        foreach (var value in values)
        {
            if (string.IsNullOrWhiteSpace(value)) continue;
            if (!TimeOfDay().IsMatch(value)) return false;
            any = true;
        }

        return any;
    }

    [GeneratedRegex(@"^\s*[0-9]{1,2}:[0-9]{2}(:[0-9]{2}([.,][0-9]+)?)?\s*([AaPp][Mm])?\s*(Z|UTC|[+-][0-9]{2}(:?[0-9]{2})?)?\s*$")]
    private static partial Regex TimeOfDay();
}
