using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using HybridStore.Schema;

namespace HybridStore.Lake;

/// <summary>The folder of a partition below its dataset, such as <c>symbol=AAPL/date=2024-11-01</c>.</summary>
/// <remarks>
/// FORMAT.md, "Folder names". Hive's percent-encoding, so that DuckDB, Spark and the like read the symbol back from the folder,
/// and stricter than Hive's where Hive loses something: case, NULL, and names that are too long.
/// </remarks>
public static class PartitionPath
{
    /// <summary>The folder value that every engine reads as a missing symbol.</summary>
    internal const string MissingSymbol = "__HIVE_DEFAULT_PARTITION__";

    /// <summary>Bytes that a folder's name may have on every file system, less those of <c>symbol=</c>.</summary>
    internal const int EncodedBytesMax = 255 - 7;

    private const int HashedPrefixBytesMax = 180;

    /// <summary>Before the hash of a name that was too long, and nowhere else.</summary>
    private const char Shortened = '~';

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Whether each folder holds one symbol.</summary>
    /// <param name="partitioning">Any layout.</param>
    public static bool IsBySymbol(this Partitioning partitioning) =>
        partitioning is Partitioning.SymbolDate or Partitioning.SymbolMonth or Partitioning.SymbolYear;

    /// <summary>The days that share a partition with a day.</summary>
    /// <param name="partitioning">Any layout.</param>
    /// <param name="day">Any day.</param>
    /// <returns>The day itself, its month or its year.</returns>
    public static DateRange DaysOf(this Partitioning partitioning, DateOnly day) => partitioning switch
    {
        Partitioning.SymbolDate or Partitioning.Date => new DateRange(day, day),
        Partitioning.SymbolMonth or Partitioning.Month =>
            new DateRange(new DateOnly(day.Year, day.Month, 1), new DateOnly(day.Year, day.Month, DateTime.DaysInMonth(day.Year, day.Month))),
        _ => new DateRange(new DateOnly(day.Year, 1, 1), new DateOnly(day.Year, 12, 31)),
    };

    /// <summary>The folder of a partition.</summary>
    /// <param name="partitioning">The dataset's layout.</param>
    /// <param name="symbol">The symbol exactly as stored; null for rows without one; not used in time-major layouts.</param>
    /// <param name="days">Exactly the partition's days.</param>
    /// <returns>Relative, with <c>/</c> between the parts.</returns>
    /// <exception cref="ArgumentException">The symbol is empty or no valid text, or the days are no partition.</exception>
    internal static string Folder(Partitioning partitioning, string? symbol, DateRange days)
    {
        if (days != DataFile.AnyDay && partitioning.DaysOf(days.From) != days) throw new ArgumentException($"{days} is no partition of the layout {partitioning}.", nameof(days));
        var time = $"{TimeKey(partitioning)}={TimeValue(partitioning, days) ?? MissingSymbol}";
        return partitioning.IsBySymbol() ? $"{Dataset.SymbolAlias}={Encode(symbol)}/{time}" : time;
    }

    /// <summary>The name of the folder level, and of the Delta partition column, that holds the time.</summary>
    internal static string TimeKey(Partitioning partitioning) => partitioning switch
    {
        Partitioning.SymbolDate or Partitioning.Date => Dataset.DateColumn,
        Partitioning.SymbolMonth or Partitioning.Month => "month",
        _ => "year",
    };

    /// <summary>What that level holds for a partition's days: <c>2024-11-01</c>, <c>2024-11</c> or <c>2024</c>; null for <see cref="DataFile.AnyDay"/>.</summary>
    internal static string? TimeValue(Partitioning partitioning, DateRange days) =>
        days == DataFile.AnyDay ? null : days.From.ToString(TimeFormat(partitioning), CultureInfo.InvariantCulture);

    /// <summary>Undoes <see cref="TimeValue"/>.</summary>
    /// <remarks>Delta does not tell the empty text from a missing value.</remarks>
    internal static DateRange? TryParseTime(Partitioning partitioning, string? value) =>
        string.IsNullOrEmpty(value) ? DataFile.AnyDay : DateOnly.TryParseExact(value, TimeFormat(partitioning), CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            ? partitioning.DaysOf(day)
            : null;

    /// <summary>A symbol as a folder's value: no two symbols share one, not even where case is ignored.</summary>
    /// <param name="symbol">Exactly as stored; null for rows without one.</param>
    internal static string Encode(string? symbol) => EncodeWithin(symbol, EncodedBytesMax);

    /// <summary>Likewise, for names that are to have room for more.</summary>
    /// <param name="symbol">Exactly as stored; null for rows without one.</param>
    /// <param name="bytesMax">What is longer is hashed; at least 220.</param>
    internal static string EncodeWithin(string? symbol, int bytesMax)
    {
        if (symbol is null) return MissingSymbol;
        if (symbol.Length == 0) throw new ArgumentException("The empty text is no symbol: Delta Lake cannot tell it from a missing one.", nameof(symbol));
        var bytes = StrictUtf8.GetBytes(symbol);
        var text = new StringBuilder(bytes.Length + 8);
        var lower = false;
        for (var index = 0; index < bytes.Length; index++)
        {
            var value = bytes[index];
            var keep = value switch
            {
                >= (byte)'A' and <= (byte)'Z' => !lower,
                >= (byte)'a' and <= (byte)'z' => lower,
                >= (byte)'0' and <= (byte)'9' or (byte)'-' or (byte)'_' => true,
                (byte)'.' => index < bytes.Length - 1, // Windows drops a dot at the end.
                _ => false,
            };

            // A letter whose case differs from the letter's before it is encoded: so case survives where the file system ignores it.
            if (char.IsAsciiLetter((char)value)) lower = char.IsAsciiLetterLower((char)value);
            if (index == 0 && symbol is ("NULL" or MissingSymbol)) keep = false;
            if (keep) text.Append((char)value);
            else text.Append('%').Append(value.ToString("X2", CultureInfo.InvariantCulture));
        }

        return text.Length <= bytesMax ? text.ToString() : Shorten(text.ToString(), bytes);
    }

    /// <summary>Whether a folder's name lacks a part of its symbol.</summary>
    internal static bool IsShortened(string folder) => folder.Contains(Shortened, StringComparison.Ordinal);

    private static string Shorten(string encoded, byte[] symbol)
    {
        var end = HashedPrefixBytesMax;
        if (encoded[end - 1] == '%') end -= 1;
        else if (encoded[end - 2] == '%') end -= 2;

        // This is never written otherwise, so a shortened name is like no other.
        return $"{encoded[..end]}{Shortened}{Convert.ToHexString(SHA256.HashData(symbol).AsSpan(0, 16))}";
    }

    private static string TimeFormat(Partitioning partitioning) => partitioning switch
    {
        Partitioning.SymbolDate or Partitioning.Date => "yyyy-MM-dd",
        Partitioning.SymbolMonth or Partitioning.Month => "yyyy-MM",
        _ => "yyyy",
    };
}
