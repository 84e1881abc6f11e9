using System.Globalization;
using HybridStore.Schema;

namespace HybridStore.Tests.Walk;

/// <summary>What does not change of a dataset: its name, its roles, and the types of all columns that it may come to have.</summary>
/// <param name="Name">Its name.</param>
/// <param name="SymbolColumn">The column of symbols.</param>
/// <param name="TimeColumn">The column of times.</param>
/// <param name="IsInstant">Whether times are instants; else they are local.</param>
/// <param name="Zone">The zone whose days are the partition dates.</param>
internal sealed record WalkDataset(string Name, string SymbolColumn, string TimeColumn, bool IsInstant, string Zone)
{
    /// <summary>The columns of the first files, beside symbol and time.</summary>
    internal static readonly string[] FirstColumns = ["px", "size", "note", "amount", "flag", "expiry"];

    /// <summary>The columns that later files may bring.</summary>
    internal static readonly string[] LaterColumns = ["price", "venue", "lots", "ratio"];

    private const string LocalFormat = "yyyy-MM-dd HH:mm:ss.ffffff";

    private static readonly Dictionary<string, ColumnKind> Kinds = new()
    {
        ["px"] = ColumnKind.Double,
        ["size"] = ColumnKind.BigInt,
        ["note"] = ColumnKind.Varchar,
        ["amount"] = ColumnKind.Decimal,
        ["flag"] = ColumnKind.Boolean,
        ["expiry"] = ColumnKind.Date,
        ["price"] = ColumnKind.Double,
        ["venue"] = ColumnKind.Varchar,
        ["lots"] = ColumnKind.BigInt,
        ["ratio"] = ColumnKind.Double,
        ["n"] = ColumnKind.BigInt,
        ["top"] = ColumnKind.BigInt,
    };

    private TimeZoneInfo Clock { get; } = TimeZoneInfo.FindSystemTimeZoneById(Zone);

    /// <summary>What the first ingest says of the columns' types.</summary>
    internal string ColumnTypes =>
        $"{TimeColumn}:{(IsInstant ? "timestamptz" : "timestamp")},"
        + "px:double,size:bigint,note:varchar,amount:decimal(18,4),flag:boolean,expiry:date";

    internal static ColumnKind KindOf(string column) => Kinds[column];

    /// <summary>Makes a row of its texts in a source; texts that are empty are no values.</summary>
    internal WalkRow Row(IReadOnlyDictionary<string, string> cells)
    {
        var present = cells.Where(cell => cell.Value.Length > 0).ToDictionary();
        var symbol = present.GetValueOrDefault(SymbolColumn);
        var (date, timeUs) = TimeOf(present[TimeColumn]);
        var parts = from cell in present orderby cell.Key select WalkRow.Part(cell.Key, Value(cell.Key, cell.Value));
        return new WalkRow(symbol, date, timeUs, present, WalkRow.Head(date) + string.Concat(parts));

        string Value(string column, string text) =>
            column == SymbolColumn ? text : column == TimeColumn ? $"{timeUs}" : Canonical(column, text);
    }

    /// <summary>The same row with another text in a column.</summary>
    internal WalkRow With(WalkRow row, string column, string text) => Row(new Dictionary<string, string>(row.Cells) { [column] = text });

    /// <summary>Spells a time of the dataset.</summary>
    /// <param name="timeUs">Microseconds of the epoch.</param>
    /// <param name="spelling">Of an instant.</param>
    internal string TimeText(long timeUs, WalkSpelling spelling)
    {
        var time = DateTime.UnixEpoch.AddMicroseconds(timeUs);
        if (!IsInstant) return time.ToString(LocalFormat, CultureInfo.InvariantCulture);
        if (spelling == WalkSpelling.Utc) return time.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);
        var local = new DateTimeOffset(time, TimeSpan.Zero).ToOffset(Clock.GetUtcOffset(time));
        if (spelling == WalkSpelling.Offset) return local.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffffzzz", CultureInfo.InvariantCulture);
        // An hour that comes twice is not told by its text: three hours later it is past.
        if (Clock.IsAmbiguousTime(local.DateTime)) local = local.AddHours(3);
        return local.ToString(LocalFormat, CultureInfo.InvariantCulture);
    }

    private (DateOnly Date, long TimeUs) TimeOf(string text)
    {
        var time = DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
        if (IsInstant && text.Length == LocalFormat.Length) time = new DateTimeOffset(time.DateTime, Clock.GetUtcOffset(time.DateTime));
        var timeUs = (time.UtcTicks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;
        var local = IsInstant ? time.ToOffset(Clock.GetUtcOffset(time)).DateTime : time.UtcDateTime;
        return (DateOnly.FromDateTime(local), timeUs);
    }

    private static string Canonical(string column, string text) => KindOf(column) switch
    {
        ColumnKind.Double => WalkRow.DoubleText(DoubleOf(text)),
        ColumnKind.Decimal => decimal.Parse(text, CultureInfo.InvariantCulture).ToString("F4", CultureInfo.InvariantCulture),
        _ => text,
    };

    internal static double DoubleOf(string text) => text switch
    {
        "inf" => double.PositiveInfinity,
        "-inf" => double.NegativeInfinity,
        _ => double.Parse(text, CultureInfo.InvariantCulture),
    };
}
