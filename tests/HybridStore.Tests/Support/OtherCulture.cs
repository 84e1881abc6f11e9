using System.Globalization;
using System.Reflection;

namespace HybridStore.Tests.Support;

/// <summary>Cultures that spell numbers and dates otherwise, made by hand: this process knows none but the invariant one.</summary>
internal static class OtherCulture
{
    /// <summary>A culture.</summary>
    /// <param name="name">
    /// <c>de-DE</c>: 1.234,5. <c>tr-TR</c>: the same with a % before. <c>sv-SE</c>: U+2212 for minus and blanks between thousands.
    /// <c>th-TH</c>: years of the Buddhist calendar. <c>ar-SA</c>: years of the Hijri calendar and a mark before the minus.
    /// </param>
    internal static CultureInfo Create(string name)
    {
        var culture = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        var (numbers, dates) = (culture.NumberFormat, culture.DateTimeFormat);
        (numbers.NumberDecimalSeparator, numbers.NumberGroupSeparator) = name switch
        {
            "sv-SE" => (",", "\u00a0"),
            "ar-SA" => ("\u066b", "\u066c"),
            "th-TH" => (".", ","),
            _ => (",", "."),
        };
        numbers.NegativeSign = name switch { "sv-SE" => "\u2212", "ar-SA" => "\u061c-", _ => "-" };
        (numbers.NaNSymbol, numbers.PositiveInfinitySymbol, numbers.NegativeInfinitySymbol) = ("¤¤¤", "∞", "-∞");
        (dates.DateSeparator, dates.TimeSeparator, dates.ShortDatePattern) = (".", "'", "dd.MM.yyyy");
        if (name is "th-TH") SetCalendar(dates, new ThaiBuddhistCalendar());
        if (name is "ar-SA") SetCalendar(dates, new UmAlQuraCalendar());
        return culture;
    }

    /// <summary>Without data of cultures a calendar other than the Gregorian cannot be set the usual way.</summary>
    private static void SetCalendar(DateTimeFormatInfo dates, Calendar calendar) =>
        typeof(DateTimeFormatInfo).GetField("calendar", BindingFlags.Instance | BindingFlags.NonPublic)!.SetValue(dates, calendar);
}
