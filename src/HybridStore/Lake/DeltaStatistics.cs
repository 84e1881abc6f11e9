using System.Buffers;
using System.Collections;
using System.Globalization;
using System.Text.Json;
using HybridStore.Schema;

namespace HybridStore.Lake;

/// <summary>A file's statistics as Delta keeps them, parsed only when somebody asks: a lake has many files and most questions few columns.</summary>
/// <remarks>FORMAT.md, "Statistics". Source: Delta protocol, "Per-file Statistics". Thread-safe.</remarks>
internal sealed class DeltaStatistics : IReadOnlyList<ColumnStatistics>
{
    /// <summary>Longer texts are left out: a bound that long skips no more files than none.</summary>
    private const int TextCharsMax = 128;

    private readonly byte[] _json;
    private readonly Dataset _dataset;
    private readonly Lazy<IReadOnlyList<ColumnStatistics>> _columns;

    /// <param name="json">The object that Delta keeps as a string, UTF-8.</param>
    /// <param name="dataset">Whose columns it speaks of.</param>
    internal DeltaStatistics(byte[] json, Dataset dataset)
    {
        _json = json;
        _dataset = dataset;
        _columns = new(() => Parse(_json, dataset));
    }

    /// <inheritdoc/>
    public int Count => _columns.Value.Count;

    /// <summary>The object as it was read.</summary>
    internal ReadOnlyMemory<byte> Json => _json;

    /// <summary>The days on which rows lie by the bounds of their times; every day, where these are not known.</summary>
    /// <remarks>Other programs cut bounds to milliseconds or round them. An instant lies on another day in UTC than in the dataset's zone, by one at most.</remarks>
    internal DateRange TimeDays
    {
        get
        {
            if (this.FirstOrDefault(one => one.Column == _dataset.TimeColumn) is not { Minimum: { } first, Maximum: { } last, NullCount: 0 }) return DataFile.AnyDay;
            if (TimeOf(first) is not { } from || TimeOf(last) is not { } to) return DataFile.AnyDay;
            var margin = _dataset.Find(_dataset.TimeColumn)?.Type.Kind == ColumnKind.TimestampTz ? TimeSpan.FromDays(1) : TimeSpan.FromMilliseconds(1);
            if (from - DateTime.MinValue < margin || DateTime.MaxValue - to < margin) return DataFile.AnyDay;
            return new DateRange(DateOnly.FromDateTime(from), DateOnly.FromDateTime(to + margin)) is var days && margin.Days == 0 ? days : days with { From = days.From.AddDays(-1) };
        }
    }

    /// <inheritdoc/>
    public ColumnStatistics this[int index] => _columns.Value[index];

    /// <inheritdoc/>
    public IEnumerator<ColumnStatistics> GetEnumerator() => _columns.Value.GetEnumerator();

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>The statistics of a file as Delta's object; partition columns are left out, as Delta wants.</summary>
    internal static DeltaStatistics From(Dataset dataset, long rowCount, IReadOnlyList<ColumnStatistics> statistics)
    {
        var partitions = DeltaSchema.PartitionColumns(dataset.Partitioning);
        var columns = new List<(ColumnStatistics Statistics, ColumnKind Kind)>();
        foreach (var column in DeltaSchema.PhysicalColumns(dataset))
        {
            if (column.Type.IsNested || partitions.Contains(column.Name, StringComparer.OrdinalIgnoreCase)) continue;
            var found = statistics.FirstOrDefault(one => one.Column.Equals(column.Name, StringComparison.OrdinalIgnoreCase));
            if (found is not null) columns.Add((found with { Column = column.Name }, column.Type.Kind));
        }

        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer, DeltaLogWriter.JsonOptions))
        {
            json.WriteStartObject();
            json.WriteNumber("numRecords", rowCount);
            json.WriteStartObject("minValues");
            foreach (var (one, kind) in columns) WriteBound(json, one.Column, kind, one.Minimum, "-0.0");
            json.WriteEndObject();
            json.WriteStartObject("maxValues");
            foreach (var (one, kind) in columns) WriteBound(json, one.Column, kind, one.Maximum, "0.0");
            json.WriteEndObject();
            json.WriteStartObject("nullCount");
            foreach (var (one, _) in columns)
            {
                if (one.NullCount is { } count) json.WriteNumber(one.Column, count);
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }

        return new DeltaStatistics(buffer.WrittenSpan.ToArray(), dataset);
    }

    /// <summary>The columns whose missing values the statistics of a file count, when it has all columns of the dataset.</summary>
    /// <returns>Null when statistics do not speak of all columns.</returns>
    internal static IReadOnlyList<string>? CountedColumns(Dataset dataset)
    {
        var partitions = DeltaSchema.PartitionColumns(dataset.Partitioning);
        var columns = DeltaSchema.PhysicalColumns(dataset);
        return columns.Any(column => column.Type.IsNested)
            ? null
            : [.. columns.Select(column => column.Name).Where(name => !partitions.Contains(name, StringComparer.OrdinalIgnoreCase))];
    }

    /// <summary>Of how many columns the object counts the missing values.</summary>
    internal int CountNullCounts()
    {
        var reader = new Utf8JsonReader(_json);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var wanted = reader.ValueTextEquals("nullCount"u8);
            reader.Read();
            if (!wanted)
            {
                reader.Skip();
                continue;
            }

            var count = 0;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                count++;
                reader.Read();
                reader.Skip();
            }

            return count;
        }

        return 0;
    }

    /// <summary>The number of rows that Delta's object states, or null when it does not.</summary>
    internal static long? RowCountOf(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var wanted = reader.ValueTextEquals("numRecords"u8);
            reader.Read();
            if (wanted && reader.TokenType == JsonTokenType.Number) return reader.GetInt64();
            reader.Skip();
        }

        return null;
    }

    private static DateTime? TimeOf(string text) =>
        DateTime.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal | DateTimeStyles.AssumeUniversal, out var time) ? time : null;

    /// <param name="json">Where to.</param>
    /// <param name="column">The column.</param>
    /// <param name="kind">Of its type.</param>
    /// <param name="text">The bound; null when it is unknown.</param>
    /// <param name="zero">What a zero is written as: writers need not tell the zeros apart, and some readers order them.</param>
    private static void WriteBound(Utf8JsonWriter json, string column, ColumnKind kind, string? text, string zero)
    {
        if (text is null) return;
        switch (kind)
        {
            case ColumnKind.BigInt or ColumnKind.Decimal when decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out _):
                json.WritePropertyName(column);
                json.WriteRawValue(text); // As it stands: a decimal of 38 digits fits no number of ours.
                break;
            case ColumnKind.Double when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number):
                json.WritePropertyName(column);
                if (number == 0) json.WriteRawValue(zero);
                else json.WriteNumberValue(number);
                break;
            case ColumnKind.Date when DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _):
                json.WriteString(column, text);
                break;
            case ColumnKind.Timestamp when DateTime.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out var time):
                json.WriteString(column, time.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff", CultureInfo.InvariantCulture));
                break;
            case ColumnKind.TimestampTz when DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var instant):
                json.WriteString(column, instant.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture));
                break;
            case ColumnKind.Varchar when text.Length <= TextCharsMax:
                json.WriteString(column, text);
                break;
        }
    }

    private static IReadOnlyList<ColumnStatistics> Parse(byte[] json, Dataset dataset)
    {
        using var document = JsonDocument.Parse(json);
        var columns = new Dictionary<string, ColumnStatistics>(StringComparer.Ordinal);
        foreach (var section in document.RootElement.EnumerateObject())
        {
            if (section.Value.ValueKind != JsonValueKind.Object) continue;
            foreach (var entry in section.Value.EnumerateObject())
            {
                var kind = dataset.Find(entry.Name)?.Type.Kind ?? ColumnKind.Date;
                var one = columns.GetValueOrDefault(entry.Name) ?? new ColumnStatistics(entry.Name, null, null, null);
                columns[entry.Name] = section.Name switch
                {
                    "minValues" => one with { Minimum = Text(entry.Value, kind) },
                    "maxValues" => one with { Maximum = Text(entry.Value, kind) },
                    "nullCount" when entry.Value.ValueKind == JsonValueKind.Number => one with { NullCount = entry.Value.GetInt64() },
                    _ => one,
                };
            }
        }

        return [.. columns.Values];
    }

    // DuckDB writes '2024-11-01 04:00:00' and '...+00' where Delta writes '2024-11-01T04:00:00' and '...Z'.
    private static string? Text(JsonElement value, ColumnKind kind) => (value.ValueKind, kind) switch
    {
        (JsonValueKind.Null, _) => null,
        (JsonValueKind.String, ColumnKind.Timestamp) => value.GetString()!.Replace('T', ' '),
        (JsonValueKind.String, ColumnKind.TimestampTz) => value.GetString()!.Replace('T', ' ').Replace("Z", "+00"),
        (JsonValueKind.String, _) => value.GetString(),
        _ => value.GetRawText(),
    };
}
