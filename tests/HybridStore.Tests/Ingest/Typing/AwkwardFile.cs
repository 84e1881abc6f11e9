using System.Globalization;
using System.Text;

namespace HybridStore.Tests.Ingest.Typing;

/// <summary>A file whose columns look like one type and turn out to be another, from a seed.</summary>
internal sealed class AwkwardFile
{
    internal const int ColumnCount = 6;

    private static readonly string[] Oddities =
    [
        "10.75", "0.5", ".5", "5.", "-0", "-0.0", "+5", "007", "00", "1e5", "1E-3", "1e400", "-1e400", "1e-400", "NaN", "nan", "Infinity", "-inf", "9223372036854775807", "9223372036854775808",
        "-9223372036854775809", "123456789012345678901234567890", "12345678901234567890123456789012345678901234567890", "0.1234567890123456", "0.30000000000000004", "1234567890123456.7",
        "0.12345678901234567890", "9007199254740993", "179769313486231570000000000000000000000", "4.9e-324", "2.2250738585072011e-308", "1,5", "1.2.3", "1_000", "0x10", "１２", "--1", "-", ".", "e5", "1e", "",
        " ", "NULL", "NA", "N/A", "null", "None", "-", "?", "true", "FALSE", "x", "a \"quoted\" word", "ä", " 5", "5 ", "1 000", "2024-11-01", "2024-11-01 13:45", "2024-11-01T13:45:00.123456",
        "2024-11-01 13:45:00.1234567", "2024-11-01 13:45:00Z", "2024-02-30", "24:00", "20241101", "01/11/2024", "1730453400",
    ];

    private readonly Random _random;

    private AwkwardFile(int seed)
    {
        _random = new Random(seed);
        var rowCount = _random.Next(3) switch { 0 => _random.Next(1, 20), 1 => _random.Next(20, 500), _ => _random.Next(500, 2500) };
        var kinds = Enumerable.Range(0, ColumnCount).Select(_ => _random.Next(12)).ToArray();
        // One oddity in a hundred columns of files that fit into the sample, or behind it; sometimes many.
        var oddities = kinds.Select(_ => _random.Next(4) switch { 0 => 0, 1 => _random.Next(1, 3), 2 => _random.Next(1, 10), _ => rowCount / 5 }).ToArray();
        for (var row = 0; row < rowCount; row++) Rows.Add([.. kinds.Select(Value)]);
        for (var column = 0; column < ColumnCount; column++)
        {
            var few = Oddities.OrderBy(_ => _random.Next()).Take(_random.Next(1, 4)).ToArray();
            for (var oddity = 0; oddity < oddities[column]; oddity++) Rows[rowCount - 1 - (int)(_random.NextDouble() * _random.NextDouble() * rowCount)][column] = few[_random.Next(few.Length)];
        }
    }

    /// <summary>By row: the texts of the columns c0, c1, ...</summary>
    internal List<string[]> Rows { get; } = [];

    /// <summary>Makes a file.</summary>
    /// <param name="path">Where it is written: a header, then row n on line n + 2, numbered from 0 in the column id.</param>
    /// <param name="seed">The same gives the same.</param>
    internal static AwkwardFile Write(string path, int seed)
    {
        var file = new AwkwardFile(seed);
        var text = new StringBuilder("symbol,timestamp,id");
        for (var column = 0; column < ColumnCount; column++) text.Append(",c").Append(column);
        text.Append('\n');
        for (var row = 0; row < file.Rows.Count; row++)
        {
            text.Append(CultureInfo.InvariantCulture, $"S,2024-11-01 10:{row / 60 % 60:00}:{row % 60:00},{row}");
            foreach (var field in file.Rows[row]) text.Append(',').Append(field.AsSpan().IndexOfAny(",\"") >= 0 ? $"\"{field.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : field);
            text.Append('\n');
        }

        File.WriteAllText(path, text.ToString());
        return file;
    }

    private string Value(int kind) => kind switch
    {
        0 => _random.Next(-1000, 1000).ToString(),
        1 => _random.NextInt64(long.MinValue, long.MaxValue).ToString(),
        2 => (_random.Next(-100_000, 100_000) / 100m).ToString(CultureInfo.InvariantCulture),
        3 => _random.NextDouble().ToString("R", CultureInfo.InvariantCulture),
        4 => (_random.NextDouble() * Math.Pow(10, _random.Next(-300, 300))).ToString("R", CultureInfo.InvariantCulture),
        5 => $"{_random.NextInt64(long.MaxValue)}{_random.Next(1_000_000):000000}",
        6 => $"0.{_random.NextInt64(1, 99_999_999_999_999_999):00000000000000000}{_random.Next(1, 10)}",
        7 => _random.Next(100_000).ToString("00000"),
        8 => new DateTime(2024, 1, 1).AddDays(_random.Next(366)).ToString("yyyy-MM-dd"),
        9 => new DateTime(2024, 1, 1).AddMilliseconds(_random.NextInt64(31_000_000_000)).ToString("yyyy-MM-dd HH:mm:ss.FFF"),
        10 => _random.Next(2) == 0 ? "true" : "false",
        _ => _random.Next(3) == 0 ? "text" : "t" + _random.Next(50),
    };
}
