using System.Text;

namespace HybridStore.Tests.Native.Csv;

/// <summary>Makes CSV texts that are awkward in every way a reader could stumble over, from a seed.</summary>
internal sealed class CsvGenerator(int seed)
{
    private static readonly string[] Numbers =
    [
        "0", "1", "-1", "-0", "+5", "007", "12345678", "9007199254740993", "1234567890123456", "123456789012345", "9223372036854775807", "9223372036854775808",
        "-9223372036854775808", "49.4100", "0.5", ".5", "5.", ".", "-", "-.5", "1.2.3", "1e5", "1e400", "NaN", "inf", "0.30000000000000004", "0.1234567890123456",
        "999999999999999.9", "1234567890.12345", "00.5", " 5", "5 ", " ", "1 5", "1_0", "x", "-x", "--1", "1-", "0x10", "١",
    ];

    private static readonly string[] Times =
    [
        "2013-10-07 04:00:00.152", "2013-10-07 04:00:00", "2013-10-07T04:00:00.1", "2013-10-07 04:00:00.123456", "2013-10-07 04:00:00.1234560", "2013-10-07 04:00:00.1234567",
        "2013-10-07 04:00:00.", "2013-10-08 23:59:59.999999", "2013-10-08 24:00:00", "2013-10-08 24:00:01", "2013-10-08 04:60:00", "2013-10-08 04:00:60", "2013-10-08",
        "2013-02-29 04:00:00", "2013-10-07 04:00", "2013-10-07 04-00-00", "2013-10-07 0a:00:00", "2013-10-07 04:00:00Z", "2013-10-07 04:00:00.5+01:00", "20131007", "x",
    ];

    private static readonly string[] Texts =
    [
        "A", "AIG", "exactly12byt", "thirteenbytes", "a longer text that needs the arena", "ä", "äöüäöü", "emoji 😀 text", "a\"b", "\"", " ", "a b", "#x", "NA", "\t", "'", "a;b", "\u007f",
    ];

    private readonly Random _random = new(seed);

    /// <summary>Records of given kinds of columns; now and then one that is none.</summary>
    internal byte[] Make(string kinds, int recordCount, bool isOrderly)
    {
        var columns = kinds.Split(' ');
        var text = new StringBuilder();
        var lineBreak = _random.Next(3) == 0 ? "\r\n" : "\n";
        var oddities = isOrderly ? 0 : _random.Next(4) * _random.Next(30);
        var quoting = _random.Next(3) * _random.Next(50);
        for (var record = 0; record < recordCount; record++)
        {
            if (_random.Next(1000) < oddities) text.Append(Odd());
            else text.AppendJoin(',', columns.Select(kind => Field(kind, quoting, isOrderly)));
            text.Append(_random.Next(50) == 0 && !isOrderly ? "\r\n" : lineBreak);
        }

        if (_random.Next(2) == 0 && text.Length > 0) text.Length -= lineBreak.Length;
        var bytes = Encoding.UTF8.GetBytes(text.ToString());
        for (var flips = isOrderly ? 0 : oddities / 10; flips > 0 && bytes.Length > 0; flips--) bytes[_random.Next(bytes.Length)] = (byte)_random.Next(256);
        return bytes;
    }

    /// <summary>Bytes of the few kinds that matter to a CSV reader, in any order.</summary>
    internal byte[] MakeNoise(int length)
    {
        var alphabet = _random.Next(2) == 0 ? "\",\n\r"u8.ToArray() : "\",\n\ra1. \\#\0\u00e4-:;"u8.ToArray();
        return [.. Enumerable.Range(0, length).Select(_ => alphabet[_random.Next(alphabet.Length)])];
    }

    private string Odd() => _random.Next(9) switch
    {
        0 => "",
        1 => ",,,,,,,,,,,,",
        2 => "a",
        3 => "\"open",
        4 => "\"a\"b,1",
        5 => "a,\"b",
        6 => "# a comment, with \"one quote",
        7 => "\"a\nb\"",
        _ => new string('x', _random.Next(300)),
    };

    private string Field(string kind, int quoting, bool isOrderly)
    {
        if (_random.Next(10) == 0) return "";
        var value = kind.Split(':', '(')[0] switch
        {
            "text" or "skip" => Text(isOrderly),
            "timestamp" or "timestamptz" or "date" => _random.Next(4) == 0 && !isOrderly ? Times[_random.Next(Times.Length)] : Time(kind),
            "boolean" => _random.Next(2) == 0 ? "true" : "f",
            "bigint" => _random.Next(4) == 0 && !isOrderly ? Numbers[_random.Next(Numbers.Length)] : _random.NextInt64(-1L << _random.Next(62), 1L << _random.Next(1, 62)).ToString(),
            _ => _random.Next(4) == 0 && !isOrderly ? Numbers[_random.Next(Numbers.Length)] : Decimal(),
        };
        return _random.Next(100) < quoting || value.AsSpan().IndexOfAny(",\n\"") >= 0 && (isOrderly || _random.Next(5) > 0)
            ? $"\"{value.Replace("\"", "\"\"", StringComparison.Ordinal)}\""
            : value;
    }

    private string Text(bool isOrderly) => _random.Next(20) switch
    {
        0 => "line\nbreak, and \"quotes\"",
        1 => new string('y', _random.Next(100)),
        _ => Texts[_random.Next(isOrderly ? 8 : Texts.Length)],
    };

    private string Time(string kind)
    {
        var time = new DateTime(2013, 10, 7).AddMicroseconds(_random.NextInt64(0, 200_000_000_000) / (_random.Next(2) == 0 ? 1 : 1000) * 1000);
        var text = kind == "date" ? time.ToString("yyyy-MM-dd") : time.ToString("yyyy-MM-dd HH:mm:ss.FFFFFF");
        return kind == "timestamptz" ? text + "Z" : text;
    }

    private string Decimal()
    {
        var digits = _random.NextInt64(0, 1L << _random.Next(1, 60)).ToString();
        var point = _random.Next(digits.Length);
        return (_random.Next(3) == 0 ? "-" : "") + (point == 0 ? "0." + digits : digits.Insert(point, "."));
    }
}
