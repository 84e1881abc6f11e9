namespace HybridStore.Native.DuckDb;

/// <summary>The SQL that every new database runs.</summary>
internal static class SetupSql
{
    /// <summary>Instants are read and shown in UTC by the Gregorian calendar.</summary>
    /// <remarks>DuckDB takes both from the environment: with LANG=th_TH <c>year()</c> and <c>timezone()</c> give 2567 for 2024.</remarks>
    internal const string FixedClock = "SET GLOBAL TimeZone = 'UTC'; SET GLOBAL Calendar = 'gregorian'";
}
