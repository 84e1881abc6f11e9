namespace HybridStore.Native.Csv;

/// <summary>How a file's characters are turned into bytes.</summary>
public enum CsvEncoding
{
    /// <summary>UTF-8, with or without a byte order mark; ASCII is UTF-8.</summary>
    Utf8,

    /// <summary>UTF-16, low byte first.</summary>
    Utf16LittleEndian,

    /// <summary>UTF-16, high byte first.</summary>
    Utf16BigEndian,

    /// <summary>ISO 8859-1: every byte is the character of its number.</summary>
    Latin1,

    /// <summary>Windows code page 1252: Latin-1, with quotes, dashes and the euro sign in place of control characters.</summary>
    Windows1252,
}
